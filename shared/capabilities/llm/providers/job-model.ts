/**
 * The language model of one job: the one that its config names, or the stage's own.
 *
 * @module
 */

import { InvalidInputError } from "../../../../contracts/errors.ts";
import { type JobConfig, jobConfigSchema } from "../../../../contracts/llm/configs.ts";
import type { StoredProvider } from "../../../../contracts/llm/providers.ts";
import type { LlmSettings } from "../../../../contracts/settings/llm.ts";
import type { TaskContext } from "../../../engine/worker/context.ts";
import type { LanguageModelBackend } from "../backend.ts";
import { backendOf, embeddedEngine } from "../backends.ts";
import { processLlmSettings, processModel } from "../process-model.ts";
import { type ModelServer, serverOfSettings } from "../server.ts";
import { isEmbedded, providerFault } from "./check-config.ts";
import { ProviderReader } from "./provider-reader.ts";

type Job = Pick<TaskContext, "config" | "tenant">;

/** Backends that a process keeps: each remembers what its server refuses. */
const MAX_KEPT = 50;

let reader: ProviderReader | undefined;
const providers = () => (reader ??= new ProviderReader({ stage: process.env.SLUICE_STAGE ?? "", now: Date.now }));

const kept = new Map<string, Promise<LanguageModelBackend>>();

/** The config that a job was submitted with. @returns undefined without */
export function configOf({ config }: Pick<Job, "config">): JobConfig | undefined {
  return config === undefined ? undefined : jobConfigSchema.parse(config);
}

/** Whether a job asks the stage's own model: it has no config, or one that names no other. */
export function isOwnModel(job: Pick<Job, "config">): boolean {
  const config = configOf(job);
  return !config || (config.provider === "default" && config.model === undefined);
}

/** The stage's settings as a job's config changes them. What is known about the stage's own model does not apply to another. */
export function settingsOf(job: Pick<Job, "config">): LlmSettings {
  const settings = processLlmSettings();
  const config = configOf(job);
  if (!config) return settings;
  const { temperature, top_p, max_tokens, timeout_seconds } = config.parameters ?? {};
  return {
    ...settings,
    ...(!isOwnModel(job) && {
      LLM_CONTEXT_TOKENS: undefined,
      LLM_RESPONSE_FORMAT: "auto",
      LLM_TOKENS_PARAMETER: "auto",
    }),
    ...(!isEmbedded(config, settings) && settings.LLM_BACKEND === "embedded" && { LLM_BACKEND: "openai-compatible" }),
    ...(isEmbedded(config, settings) && { LLM_BACKEND: "embedded" }),
    ...(temperature !== undefined && { TEMPERATURE: temperature }),
    ...(top_p !== undefined && { TOP_P: top_p }),
    ...(max_tokens !== undefined && { MAX_TOKENS: max_tokens }),
    ...(timeout_seconds !== undefined && { LLM_TIMEOUT_SECONDS: timeout_seconds }),
  };
}

/**
 * The backend that runs a job.
 * @throws InvalidInputError when its provider is gone, or no longer for its project or model
 * @throws what SSM throws
 */
export async function modelOfJob(job: Job): Promise<LanguageModelBackend> {
  const config = configOf(job);
  if (!config) return processModel();
  if (isEmbedded(config, processLlmSettings())) return embeddedEngine();
  const settings = settingsOf(job);
  const server = await serverOf(config, job.tenant);
  const { type, url, region, model } = server;
  const key = JSON.stringify([type, url, region, model, await server.key(), settings]);
  const known = kept.get(key);
  if (known) return known;
  const made = backendOf({ server, settings });
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? "");
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  return made;
}

async function serverOf(config: JobConfig, tenant: string): Promise<ModelServer> {
  const { provider: name, model } = config;
  const settings = processLlmSettings();
  if (name === "default" && settings.LLM_BACKEND !== "embedded") {
    const own = serverOfSettings(settings, settings.LLM_BACKEND);
    return { ...own, model: model ?? own.model };
  }
  const provider = await providers().find(name);
  const fault = providerFault(config, provider, tenant);
  if (fault || !provider) throw new InvalidInputError(`/config/${fault?.field}: ${fault?.message}`);
  return serverOfProvider(name, provider, model);
}

/** Address and key as they were read together: a key never goes to where a later definition points. */
function serverOfProvider(name: string, provider: StoredProvider, model: string | undefined): ModelServer {
  const { type, base_url: url, region, api_key: key } = provider;
  return {
    ...{ type, url, region, model },
    setBy: { url: `base_url of the provider ${name}`, model: "the config's model" },
    key: async () => key,
    keyRefused: () => providers().forget(name),
  };
}

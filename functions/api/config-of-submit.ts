import type { Catalog } from "../../contracts/define-catalog.ts";
import type { TaskDefinition } from "../../contracts/define-task.ts";
import type { ConfigOfCall, JobConfig, LlmConfig } from "../../contracts/llm/configs.ts";
import type { StoredProvider } from "../../contracts/llm/providers.ts";
import { llmCall } from "../../contracts/tasks/llm-call.ts";
import { RefusedSchemaError } from "../../shared/capabilities/json-schema/refused-schema-error.ts";
import type { ConfigStore } from "../../shared/capabilities/llm/configs/config-store.ts";
import { processLlmSettings } from "../../shared/capabilities/llm/process-model.ts";
import { embeddedFault, isEmbedded, providerFault } from "../../shared/capabilities/llm/providers/check-config.ts";
import type { ProviderStore } from "../../shared/capabilities/llm/providers/provider-store.ts";
import type { SubmitRequest } from "../../shared/engine/jobs/submit.ts";
import { type Fault, invalid } from "../../shared/lib/http/problem.ts";

/** What checking a config needs. */
export interface ConfigServices {
  readonly llmConfigs: ConfigStore;
  readonly llmProviders: ProviderStore;
}

/** For whom and for what a config is checked. */
interface Use {
  readonly tenant: string;
  /** Undefined for a config that is stored, for whatever task. */
  readonly task?: TaskDefinition | undefined;
  /** Where the config is in the request. */
  readonly at: string;
}

/** For whom and for which task a config is submitted. */
interface UseOfSubmit {
  readonly task: TaskDefinition;
  readonly tenant: string;
  /** @default "/config" */
  readonly at?: string;
}

/** A config as a job carries it, with the name that its use is counted under. */
type ConfigOfJob = Pick<SubmitRequest, "config" | "configName">;

/**
 * The config of a submit, as the job carries it: what a stored version holds is copied, so that a job does not depend on
 * what becomes of the config.
 * @throws ProblemError 422 that names the field at fault
 */
export async function configOfSubmit(
  given: ConfigOfCall,
  { task, tenant, at = "/config" }: UseOfSubmit,
  services: ConfigServices & { readonly jobs: { readonly catalog: Catalog } },
): Promise<ConfigOfJob> {
  if (!services.jobs.catalog.asksModel(task))
    throw invalid([{ path: at, message: `the task ${task.name} does not use a language model` }]);
  const { id, version, ...inline } = given;
  if (id === undefined) {
    const config = inline as LlmConfig;
    await checkConfig(config, { task, tenant, at }, services);
    return { config, configName: "inline" };
  }
  const found = await services.llmConfigs.find(tenant, id, version);
  if (!found) {
    const what =
      version === undefined ? `There is no config ${id}.` : `There is no version ${version} of config ${id}.`;
    throw invalid([{ path: at, message: what }]);
  }
  await checkConfig(found.config, { task, tenant, at }, services);
  const config: JobConfig = { ...found.config, id, version: found.version };
  return { config, configName: `${id}@${found.version}` };
}

/**
 * Checks what a schema cannot: that the provider is there for the project and offers the model, and that the output schema
 * can be used.
 * @throws ProblemError 422 that names the field at fault
 */
export async function checkConfig(
  config: LlmConfig,
  { tenant, task, at }: Use,
  services: ConfigServices,
): Promise<void> {
  const fault = (await schemaFault(config, task)) ?? (await providerFaultOf(config, { tenant, task }, services));
  if (fault) throw invalid([{ ...fault, path: at + fault.path }]);
}

async function providerFaultOf(
  config: LlmConfig,
  { tenant, task }: Omit<Use, "at">,
  { llmProviders }: ConfigServices,
): Promise<Fault | undefined> {
  if (isEmbedded(config, processLlmSettings())) {
    const fault = embeddedFault(config);
    if (fault) return { path: `/${fault.field}`, message: fault.message };
    if (!task?.needsModel) return undefined;
    const message = `${task.name} needs a language model, and the embedded engine is none: name a provider of language models`;
    return { path: "/provider", message };
  }
  if (config.provider === "default") return undefined;
  const provider: StoredProvider | undefined = await llmProviders.find(config.provider);
  const fault = providerFault(config, provider, tenant);
  return fault && { path: `/${fault.field}`, message: fault.message };
}

async function schemaFault({ output_schema: schema }: LlmConfig, task?: TaskDefinition): Promise<Fault | undefined> {
  if (schema === undefined) return undefined;
  const path = "/output_schema";
  if (task !== undefined && task.name !== llmCall.name) {
    return { path, message: `cannot be used: the output of ${task.name} is its own` };
  }
  // Loaded when a schema is given: the other routes start without what checks schemas.
  const { compileSchema } = await import("../../shared/capabilities/json-schema/compile-schema.ts");
  try {
    compileSchema(schema, path);
    return undefined;
  } catch (error) {
    if (!(error instanceof RefusedSchemaError)) throw error;
    return { path: error.pointer, message: error.reason };
  }
}

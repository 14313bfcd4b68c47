/**
 * Every setting, by the name of its environment variable. `.env.sample` and docs/settings.md are generated from here.
 * A setting is given at deployment (or to `npm start`) and reaches the functions through the template.
 *
 * @module
 */

import { z } from "zod";
import { retryClasses } from "../jobs/retry.ts";
import { metricSettings } from "../monitoring/metrics.ts";
import { blankIsUnset } from "./blank-is-unset.ts";
import { ocrSettings } from "./ocr.ts";
import { embeddingSettings, vectorSettings } from "./vectors.ts";

const seconds = (schema: z.ZodNumber = z.number()) => z.coerce.number().pipe(schema);

/** The language model backends; `embedded` is the rule-based engine, which is not a language model. */
const llmBackends = ["embedded", "llamacpp", "vllm", "openai-compatible", "bedrock"] as const;

/** Settings of retries, limits and leases. Times are in seconds. */
export const taskSettings = z.object({
  TASK_MAX_RETRIES: blankIsUnset(
    z.coerce.number().int().min(0).max(20).default(retryClasses.standard.retries),
  ).describe("Retries of tasks of class `standard`."),
  TASK_SOFT_TIME_LIMIT: blankIsUnset(seconds(z.number().positive()).optional()).describe(
    "Seconds after which a run is asked to stop; lowers a task's own soft limit, never raises it.",
  ),
  TASK_TIME_LIMIT: blankIsUnset(z.coerce.number().int().min(2).max(900).optional()).describe(
    "Seconds after which a function is ended; lowers a queue's own limit, never raises it.",
  ),
  TASK_RETRY_BACKOFF: blankIsUnset(seconds(z.number().positive()).default(60)).describe(
    "Seconds before the first retry; doubles with every further one, jitter of 25 % either way.",
  ),
  TASK_RETRY_BACKOFF_MAX: blankIsUnset(seconds(z.number().positive().max(3_600)).default(600)).describe(
    "Longest backoff in seconds.",
  ),
  TASK_LEASE_SECONDS: blankIsUnset(seconds(z.number().min(2).max(900)).default(60)).describe(
    "How long a running job is its worker's own without a heartbeat; heartbeats come four times as often.",
  ),
  RESULT_EXPIRES: blankIsUnset(seconds(z.number().min(60).max(31_536_000)).default(86_400)).describe(
    "Seconds that a finished job is kept. Failed ones are kept for at least 28 days.",
  ),
  WORKER_CONCURRENCY: blankIsUnset(z.coerce.number().int().min(2).max(1_000).default(5)).describe(
    "Invocations at once per lane (MaximumConcurrency of its event source mapping).",
  ),
});

/** Settings of the language model. */
export const llmSettings = z.object({
  LLM_BACKEND: blankIsUnset(z.enum(llmBackends).default("embedded")).describe(
    "Where language tasks run. `embedded` needs no model and is no language model.",
  ),
  LLM_SERVER_URL: blankIsUnset(z.url({ protocol: /^https?$/ }).optional()).describe(
    "Base URL of the model server, such as http://127.0.0.1:8080/v1.",
  ),
  LLM_MODEL: blankIsUnset(z.string().optional()).describe("Model name or Bedrock model id."),
  LLM_API_KEY_SECRET: blankIsUnset(z.string().optional()).describe(
    "Where the model server's key is kept: name or ARN of a Secrets Manager secret or, with a slash first, of an SSM parameter.",
  ),
  TEMPERATURE: blankIsUnset(z.coerce.number().min(0).max(2).default(0.3)).describe("Sampling temperature."),
  TOP_P: blankIsUnset(z.coerce.number().min(0).max(1).optional()).describe("Nucleus sampling."),
  MAX_TOKENS: blankIsUnset(z.coerce.number().int().min(1).max(200_000).default(1_024)).describe(
    "Most tokens of an answer.",
  ),
  LLM_TIMEOUT_SECONDS: blankIsUnset(seconds(z.number().positive().max(900)).default(120)).describe(
    "Seconds to wait for an answer of the model server.",
  ),
});

/** Settings of logs. */
export const logSettings = z.object({
  LOG_LEVEL: blankIsUnset(z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO")).describe(
    "Least severe level that is logged.",
  ),
  LOG_FORMAT: blankIsUnset(z.enum(["json", "text"]).default("json")).describe("`text` is for reading at a terminal."),
});

/** All settings that functions read. */
export const settings = z.object({
  ...taskSettings.shape,
  ...llmSettings.shape,
  ...ocrSettings.shape,
  ...embeddingSettings.shape,
  ...vectorSettings.shape,
  ...metricSettings.shape,
  ...logSettings.shape,
});

/** What {@link taskSettings} parses to. */
export type TaskSettings = z.infer<typeof taskSettings>;
/** What {@link llmSettings} parses to. */
export type LlmSettings = z.infer<typeof llmSettings>;
/** What {@link settings} parses to. */
export type Settings = z.infer<typeof settings>;

/**
 * Reads settings from an environment.
 * @throws Error that names every variable that does not fit, and why
 */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.output<Schema> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Invalid settings:\n  ${faults.join("\n  ")}`);
}

/**
 * Settings of the language model; part of `settings`.
 *
 * @module
 */

import { z } from "zod";
import { blankIsUnset } from "./blank-is-unset.ts";
import { serverUrl } from "./server-url.ts";

/** The language model backends; `embedded` is the rule-based engine, which is not a language model. */
const llmBackends = ["embedded", "llamacpp", "vllm", "openai-compatible", "bedrock"] as const;

const isTimeZone = (name: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
};

/** Settings of the language model. */
export const llmSettings = z.object({
  LLM_BACKEND: blankIsUnset(z.enum(llmBackends).default("embedded")).describe(
    "Which backend runs language tasks. `embedded` needs no model and is not a language model.",
  ),
  LLM_SERVER_URL: blankIsUnset(serverUrl("LLM_API_KEY_SECRET").optional()).describe(
    "Base URL of the model server, such as http://127.0.0.1:8080/v1. A query (`?api-version=...`) is sent with each request.",
  ),
  LLM_MODEL: blankIsUnset(z.string().optional()).describe("Model name or Bedrock model ID."),
  LLM_API_KEY_SECRET: blankIsUnset(z.string().optional()).describe(
    "Where the model server's key is stored: the name or ARN of a Secrets Manager secret or, beginning with a slash, of an SSM parameter.",
  ),
  TEMPERATURE: blankIsUnset(z.union([z.literal("unset"), z.coerce.number().min(0).max(2)]).default(0.3)).describe(
    "Sampling temperature. `unset` sends none, for models that reject this parameter.",
  ),
  TOP_P: blankIsUnset(z.coerce.number().min(0).max(1).optional()).describe("Nucleus sampling."),
  MAX_TOKENS: blankIsUnset(z.coerce.number().int().min(1).max(200_000).default(1_024)).describe(
    "Maximum number of tokens of an answer, including the model's reasoning.",
  ),
  LLM_TIMEOUT_SECONDS: blankIsUnset(z.coerce.number().pipe(z.number().positive().max(900)).default(120)).describe(
    "Seconds to wait for the model server's answer.",
  ),
  LLM_RESPONSE_FORMAT: blankIsUnset(z.enum(["auto", "json_schema", "json_object", "none"]).default("auto")).describe(
    "How the model is asked for JSON. `auto` starts with `json_schema` and uses another form when the server rejects it.",
  ),
  LLM_TOKENS_PARAMETER: blankIsUnset(
    z.enum(["auto", "max_tokens", "max_completion_tokens", "none"]).default("auto"),
  ).describe(
    "Name of the parameter for MAX_TOKENS. `auto` starts with `max_tokens` and uses another one when the server rejects it.",
  ),
  LLM_REPAIR: blankIsUnset(z.stringbool().default(true)).describe(
    "Ask the model once more, with the error, when its answer does not match the schema; at most once per run.",
  ),
  LLM_CONTEXT_TOKENS: blankIsUnset(z.coerce.number().int().min(512).max(10_000_000).optional()).describe(
    "Size of the model's context in tokens. A longer text is processed in parts. When it is not set, Sluice learns the size when the server rejects a request.",
  ),
  LLM_MAX_PARTS: blankIsUnset(z.coerce.number().int().min(1).max(200).default(16)).describe(
    "Maximum number of parts for a text that is longer than the context; a text that needs more parts is rejected.",
  ),
  LLM_PART_SECONDS: blankIsUnset(z.coerce.number().pipe(z.number().positive().max(900)).default(15)).describe(
    "Estimated seconds that the model takes for one part of a long text; a text whose parts would exceed the time limit is rejected.",
  ),
  LLM_TIME_ZONE: blankIsUnset(
    z.string().refine(isTimeZone, "must be a time zone such as Europe/Berlin").default("UTC"),
  ).describe(
    "Time zone for dates such as `tomorrow` and for times without an offset, when requests and documents are turned into data.",
  ),
});

/** What {@link llmSettings} parses to. */
export type LlmSettings = z.infer<typeof llmSettings>;

/** The temperature to ask for. @returns undefined to leave it to the server */
export const temperatureOf = ({ TEMPERATURE }: Pick<LlmSettings, "TEMPERATURE">): number | undefined =>
  TEMPERATURE === "unset" ? undefined : TEMPERATURE;

/** Settings of the second language model, which takes over from the first. */
export const llmFallbackSettings = z.object({
  LLM_FALLBACK_BACKEND: blankIsUnset(z.enum(llmBackends).exclude(["embedded"]).optional()).describe(
    "Backend of the second language model, which is used while the first is down, and for texts that are too long for the first.",
  ),
  LLM_FALLBACK_SERVER_URL: blankIsUnset(serverUrl("LLM_FALLBACK_API_KEY_SECRET").optional()).describe(
    "Base URL of the second model's server.",
  ),
  LLM_FALLBACK_MODEL: blankIsUnset(z.string().optional()).describe("Name or Bedrock model ID of the second model."),
  LLM_FALLBACK_API_KEY_SECRET: blankIsUnset(z.string().optional()).describe(
    "Where the key of the second model's server is stored, in the same form as LLM_API_KEY_SECRET.",
  ),
  LLM_FALLBACK_CONTEXT_TOKENS: blankIsUnset(z.coerce.number().int().min(512).max(10_000_000).optional()).describe(
    "Size of the second model's context in tokens. When it is not set, the second model is used for every text that is too long for the first.",
  ),
});

/** What {@link llmFallbackSettings} parses to. */
export type LlmFallbackSettings = z.infer<typeof llmFallbackSettings>;

/**
 * The settings of the second language model; what is the first's alone is replaced.
 * @returns undefined when there is no second one
 */
export function fallbackOf(settings: LlmSettings & LlmFallbackSettings): LlmSettings | undefined {
  if (settings.LLM_FALLBACK_BACKEND === undefined) return undefined;
  return {
    ...settings,
    LLM_BACKEND: settings.LLM_FALLBACK_BACKEND,
    LLM_SERVER_URL: settings.LLM_FALLBACK_SERVER_URL,
    LLM_MODEL: settings.LLM_FALLBACK_MODEL,
    LLM_API_KEY_SECRET: settings.LLM_FALLBACK_API_KEY_SECRET,
    LLM_CONTEXT_TOKENS: settings.LLM_FALLBACK_CONTEXT_TOKENS,
  };
}

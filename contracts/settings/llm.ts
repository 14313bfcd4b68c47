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
    "Where language tasks run. `embedded` needs no model and is not a language model.",
  ),
  LLM_SERVER_URL: blankIsUnset(serverUrl("LLM_API_KEY_SECRET").optional()).describe(
    "Base URL of the model server, such as http://127.0.0.1:8080/v1. A query (`?api-version=...`) is sent with each request.",
  ),
  LLM_MODEL: blankIsUnset(z.string().optional()).describe("Model name or Bedrock model id."),
  LLM_API_KEY_SECRET: blankIsUnset(z.string().optional()).describe(
    "Where the model server's key is kept: name or ARN of a Secrets Manager secret or, with a slash first, of an SSM parameter.",
  ),
  TEMPERATURE: blankIsUnset(z.union([z.literal("unset"), z.coerce.number().min(0).max(2)]).default(0.3)).describe(
    "Sampling temperature. `unset` sends none, for models that refuse it.",
  ),
  TOP_P: blankIsUnset(z.coerce.number().min(0).max(1).optional()).describe("Nucleus sampling."),
  MAX_TOKENS: blankIsUnset(z.coerce.number().int().min(1).max(200_000).default(1_024)).describe(
    "Most tokens of an answer, the model's thoughts included.",
  ),
  LLM_TIMEOUT_SECONDS: blankIsUnset(z.coerce.number().pipe(z.number().positive().max(900)).default(120)).describe(
    "Seconds to wait for an answer of the model server.",
  ),
  LLM_RESPONSE_FORMAT: blankIsUnset(z.enum(["auto", "json_schema", "json_object", "none"]).default("auto")).describe(
    "How JSON is asked for. `auto` begins with `json_schema` and learns from what the server refuses.",
  ),
  LLM_TOKENS_PARAMETER: blankIsUnset(
    z.enum(["auto", "max_tokens", "max_completion_tokens", "none"]).default("auto"),
  ).describe("How MAX_TOKENS is sent. `auto` begins with `max_tokens` and learns from what the server refuses."),
  LLM_REPAIR: blankIsUnset(z.stringbool().default(true)).describe(
    "Ask the model again, with what is wrong, when its answer does not fit the schema; at most one more question for each run.",
  ),
  LLM_CONTEXT_TOKENS: blankIsUnset(z.coerce.number().int().min(512).max(10_000_000).optional()).describe(
    "Tokens of the model's context. A longer text is summarized in parts; unset, the size is learnt from the server's refusal.",
  ),
  LLM_MAX_PARTS: blankIsUnset(z.coerce.number().int().min(1).max(200).default(16)).describe(
    "Parts in which a text that is longer than the context is summarized at most; a text that needs more is refused.",
  ),
  LLM_PART_SECONDS: blankIsUnset(z.coerce.number().pipe(z.number().positive().max(900)).default(15)).describe(
    "Seconds that the model takes for a part of a long text, about; a text whose parts would exceed the time limit is refused.",
  ),
  LLM_TIME_ZONE: blankIsUnset(
    z.string().refine(isTimeZone, "must be a time zone such as Europe/Berlin").default("UTC"),
  ).describe(
    "Time zone of dates such as `tomorrow`, and of times without an offset, in requests and documents that become data.",
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
    "The second language model: asked while the first is down, and for texts that are too long for the first.",
  ),
  LLM_FALLBACK_SERVER_URL: blankIsUnset(serverUrl("LLM_FALLBACK_API_KEY_SECRET").optional()).describe(
    "Base URL of its server.",
  ),
  LLM_FALLBACK_MODEL: blankIsUnset(z.string().optional()).describe("Its name or Bedrock model id."),
  LLM_FALLBACK_API_KEY_SECRET: blankIsUnset(z.string().optional()).describe(
    "Where the key of its server is kept, as LLM_API_KEY_SECRET says it.",
  ),
  LLM_FALLBACK_CONTEXT_TOKENS: blankIsUnset(z.coerce.number().int().min(512).max(10_000_000).optional()).describe(
    "Tokens of its context. Unset, it is asked for any text that is too long for the first.",
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

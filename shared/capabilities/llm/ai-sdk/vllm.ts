import type { LlmSettings } from "../../../../contracts/settings/settings.ts";
import type { LanguageModelBackend } from "../backend.ts";
import { openaiCompatible } from "./openai-compatible.ts";

/**
 * vLLM. Structured output goes through `response_format`; it has no 429 when overloaded, so `WORKER_CONCURRENCY` is
 * what keeps it from drowning.
 */
export const vllm = (settings: LlmSettings, fetch?: typeof globalThis.fetch): LanguageModelBackend =>
  openaiCompatible(settings, fetch, "vllm");

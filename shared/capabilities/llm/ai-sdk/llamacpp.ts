import type { LlmSettings } from "../../../../contracts/settings/settings.ts";
import type { LanguageModelBackend } from "../backend.ts";
import { openaiCompatible } from "./openai-compatible.ts";

/**
 * llama.cpp's server. It answers 503 while it loads its model (retried) and turns the nested
 * `response_format.json_schema.schema` into a grammar.
 */
export const llamacpp = (settings: LlmSettings, fetch?: typeof globalThis.fetch): LanguageModelBackend =>
  openaiCompatible(settings, fetch, "llamacpp");

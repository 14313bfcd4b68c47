import { type LlmSettings, llmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/settings.ts";
import type { LanguageModelBackend } from "./backend.ts";
import { languageModel } from "./backends.ts";

let settings: LlmSettings | undefined;
let shared: Promise<LanguageModelBackend> | undefined;

/** The language model's settings of this process, parsed once. @throws Error that names every setting that does not fit */
export function processLlmSettings(): LlmSettings {
  settings ??= parseSettings(llmSettings, process.env);
  return settings;
}

/** The backend of this process; a failure to load it is not remembered. */
export function processModel(): Promise<LanguageModelBackend> {
  if (shared) return shared;
  const loading = languageModel(processLlmSettings());
  loading.catch(() => {
    shared = undefined;
  });
  shared = loading;
  return loading;
}

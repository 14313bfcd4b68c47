import { llmSettings, parseSettings } from "../../../contracts/settings/settings.ts";
import type { LanguageModelBackend } from "./backend.ts";
import { languageModel } from "./backends.ts";

let shared: Promise<LanguageModelBackend> | undefined;

/** The backend of this process. Its settings are parsed once; a failure to load it is not remembered. */
export function processModel(): Promise<LanguageModelBackend> {
  if (shared) return shared;
  const loading = languageModel(parseSettings(llmSettings, process.env));
  loading.catch(() => {
    shared = undefined;
  });
  shared = loading;
  return loading;
}

import { type LlmSettings, llmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { Remembered } from "../../lib/remembered.ts";
import type { LanguageModelBackend } from "./backend.ts";
import { languageModel } from "./backends.ts";

let settings: LlmSettings | undefined;
const models = new Remembered<LanguageModelBackend>();

/** The language model's settings of this process, parsed once. @throws Error that names every setting that does not fit */
export function processLlmSettings(): LlmSettings {
  settings ??= parseSettings(llmSettings, process.env);
  return settings;
}

/** The backend of this process; a failure to load it is not remembered. */
export const processModel = (): Promise<LanguageModelBackend> =>
  models.get("first", () => languageModel(processLlmSettings()));

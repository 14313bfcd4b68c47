/**
 * The second language model, which takes over while the first is down and for texts that are too long for it.
 *
 * @module
 */

import { PromptCutError, SecondModelError, TaskError, TextTooLongError } from "../../../contracts/errors.ts";
import { fallbackOf, type LlmSettings, llmFallbackSettings, llmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { Remembered } from "../../lib/remembered.ts";
import type { LanguageModelBackend } from "./backend.ts";
import { languageModel } from "./backends.ts";

let settings: { readonly second: LlmSettings | undefined } | undefined;
const models = new Remembered<LanguageModelBackend>();

/** The second model's settings of this process, parsed once. @returns undefined when there is none */
export function processFallbackSettings(): LlmSettings | undefined {
  settings ??= {
    second: fallbackOf(parseSettings(llmSettings.extend(llmFallbackSettings.shape), process.env)),
  };
  return settings.second;
}

/** The second backend of this process; a failure to load it is not remembered. @returns undefined when there is none */
export async function processFallback(): Promise<LanguageModelBackend | undefined> {
  const second = processFallbackSettings();
  return second && models.get("second", () => languageModel(second));
}

/** A refusal for the text's length, which another model or parts may get around. */
export const isTooLong = (error: unknown): error is TextTooLongError | PromptCutError =>
  error instanceof TextTooLongError || error instanceof PromptCutError;

/**
 * Does what the second model is asked in place of the first.
 * @throws SecondModelError where another attempt may help: the error is not the first model's
 */
export async function bySecondModel<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TaskError) || !error.retryable) throw error;
    const { retryAfterSeconds } = error;
    throw new SecondModelError(`The second model: ${error.name}: ${error.message}`, {
      cause: error,
      retryAfterSeconds,
    });
  }
}

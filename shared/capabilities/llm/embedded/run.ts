/**
 * What the embedded backend can do, as plain functions: runs in the process or in a thread alike.
 *
 * @module
 */

import { z } from "zod";
import { LLMClientError, UnsupportedLanguageError } from "../../../../contracts/errors.ts";
import { classify } from "../../../../contracts/tasks/extraction.ts";
import { keywords } from "../../../../contracts/tasks/keywords.ts";
import { AUTO_LANGUAGE } from "../../../../contracts/tasks/language.ts";
import { normalize } from "../../../../contracts/tasks/normalize.ts";
import { summarize } from "../../../../contracts/tasks/summarize.ts";
import type { Generation } from "../backend.ts";
import { languageName } from "../language-name.ts";
import { languageOfText, UNDETERMINED } from "../text-language.ts";
import { classByWords } from "./class-by-words.ts";
import { keyPhrases } from "./key-phrases.ts";
import { embeddedLanguages, findLanguage, type Language } from "./languages.ts";
import { fillSchema } from "./normalize/fill-schema.ts";
import { summarizeText } from "./summary.ts";

/** What the embedded engine answers. */
export interface EmbeddedAnswer {
  readonly text: string;
  readonly object?: Record<string, unknown>;
}

/** @throws UnsupportedLanguageError for a language it does not know */
function languageOf(given: string, text: string): Language {
  const code = languageOfText(given, text);
  const language = findLanguage(code);
  if (language) return language;
  const knows = `the embedded engine knows ${embeddedLanguages.map(languageName).join(" and ")}`;
  if (given !== AUTO_LANGUAGE) {
    throw new UnsupportedLanguageError(
      `/language: ${knows}, not ${languageName(code)} (${code}). Set LLM_BACKEND to a language model.`,
    );
  }
  const found = code === UNDETERMINED ? "not in one of them" : `in ${languageName(code)}, as it seems`;
  throw new UnsupportedLanguageError(
    `/language: ${knows}; the text is ${found}. Set LLM_BACKEND to a language model, or, where it is in one of them, \`language\` to ${embeddedLanguages.join(" or ")}.`,
  );
}

const answer = (object: Record<string, unknown>): EmbeddedAnswer => ({ text: JSON.stringify(object), object });

const abilities: Record<string, (input: unknown) => EmbeddedAnswer> = {
  [summarize.name](input) {
    const { text, max_length, language } = summarize.input.parse(input);
    return { text: summarizeText(text, max_length, languageOf(language, text)) };
  },
  [keywords.name](input) {
    const { text, max_keywords, language } = keywords.input.parse(input);
    return answer({ keywords: keyPhrases(text, max_keywords, languageOf(language, text)) });
  },
  [normalize.name](input) {
    const { request, schema, language } = normalize.input.parse(input);
    return answer(fillSchema(schema, request, languageOf(language, request)));
  },
  [classify.name](input) {
    const { text = "", classes, language } = classify.input.parse(input);
    return answer({ ...classByWords(text, classes, languageOf(language, text)) });
  },
};

/**
 * Answers a task without a model; the same task always gets the same answer.
 * @throws UnsupportedLanguageError for a language other than English and German
 * @throws LLMClientError for a task that needs a language model
 */
export function runEmbedded(task: Generation["task"]): EmbeddedAnswer {
  const ability = Object.hasOwn(abilities, task.name) ? abilities[task.name] : undefined;
  if (!ability) {
    throw new LLMClientError(`LLM_BACKEND=embedded is not a language model and cannot run ${task.name}.`);
  }
  return ability(task.input);
}

/** For the thread's edge. */
export const embeddedTaskSchema = z.object({ name: z.string(), input: z.unknown() });

/**
 * Reads what a model wrote for a section: prose in Markdown, without what it says about the prose.
 *
 * @module
 */

import { AnswerCutError, SchemaValidationError, UnreadableAnswerError } from "../../../contracts/errors.ts";
import { languageName } from "../llm/language-name.ts";
import { proseIn } from "../llm/reading/prose-answer.ts";
import type { Answer } from "../llm/reading/read-answer.ts";
import { splitSentences } from "../llm/sentences.ts";
import { languageOfText } from "../llm/text-language.ts";
import { countWords } from "../llm/words.ts";
import { settleMarkers } from "./markers.ts";
import { withoutEchoes, withoutLabels, withoutRepeats } from "./repeats.ts";

/** A section as it was read. */
export interface SectionText {
  readonly text: string;
  readonly removedMarkers: number;
  readonly removedRepeats: number;
  readonly removedEchoes: number;
}

/** What a section is read against. */
export interface SectionExpectation {
  /** The language that was asked for. */
  readonly language: string;
  /** Of the sources, by number. */
  readonly titles: readonly (string | undefined)[];
  /** Sections that are written; their content is not repeated. */
  readonly before: readonly string[];
  /** The prompt: a refusal in it is material. */
  readonly prompt: string;
  /** Sluice's own part of the prompt: small models repeat it. */
  readonly instructions: string;
}

const HEADING_LINES =
  /^(?:\s*(?:#{1,6}\s+[^\n]*|\*\*[^*\n]{1,120}\*\*:?|(?:chapter|section|kapitel|abschnitt)\s+\d+[^\n]{0,100})\s*(?:\n|$))+/i;
/** A list of the sources that a model puts under its text: the list of a book is made from the sources themselves. */
const SOURCE_LIST =
  /\n\s*(?:#{1,6}\s*|\*\*)?(?:sources?|references|bibliography|works cited|notes|quellen(?:verzeichnis|angaben)?|literatur(?:verzeichnis)?|einzelnachweise|anmerkungen)(?:\*\*)?:?(?:\*\*)?\s*\n[\s\S]*$/i;
const INNER_HEADING = /^[^\S\n]*#{1,6}\s+/gm;
/** Words below which a text's language is not detected reliably. */
const LEAST_WORDS = 25;

/** @throws SchemaValidationError when a text is in English and German was asked for, or the other way around */
export function assertLanguage(text: string, language: string): void {
  if (language !== "en" && language !== "de") return;
  if (countWords(text, language) < LEAST_WORDS) return;
  const found = languageOfText("auto", text);
  if (found === language || (found !== "en" && found !== "de")) return;
  throw new SchemaValidationError(
    `The text is in ${languageName(found)}, and ${languageName(language)} was asked for. Write it in ${languageName(language)}.`,
  );
}

/** As {@link proseIn}; a model that came to no end of its first sentence may do so when it is asked again. */
function wholeProse(answer: Answer, given: Parameters<typeof proseIn>[1]): ReturnType<typeof proseIn> {
  try {
    return proseIn(answer, given);
  } catch (error) {
    if (!(error instanceof AnswerCutError)) throw error;
    throw new UnreadableAnswerError(`${error.message} Write in whole sentences.`, { cause: error });
  }
}

/**
 * Reads a section.
 * @throws as {@link proseIn}; SchemaValidationError when it is in another language; UnreadableAnswerError when it
 * contains nothing new
 */
export function readSection(answer: Answer, expected: SectionExpectation): SectionText {
  const { language, titles, before, prompt } = expected;
  const { text } = wholeProse(answer, { source: prompt, language });
  const headless = text.replace(HEADING_LINES, "").replace(SOURCE_LIST, "").trim().replace(INNER_HEADING, "### ");
  const { text: prose, removed: labels } = withoutLabels(headless, expected);
  assertLanguage(prose, language);
  const marked = settleMarkers(prose, titles);
  const own = withoutEchoes(marked.text, expected, language);
  if (own.removed * 2 > splitSentences(marked.text, language).length) {
    throw new UnreadableAnswerError(
      "The answer repeats what it was told instead of following it. Write the text itself.",
    );
  }
  const fresh = withoutRepeats(own.text, before, language);
  if (countWords(fresh.text, language) === 0) {
    throw new UnreadableAnswerError(
      "The answer says nothing that does not stand in the text already. Write something new.",
    );
  }
  return {
    text: fresh.text,
    removedMarkers: marked.removed,
    removedRepeats: fresh.removed,
    removedEchoes: labels + own.removed,
  };
}

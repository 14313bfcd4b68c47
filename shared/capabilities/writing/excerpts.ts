/**
 * What a prompt says about sources: all of them, or what suits the section best where they are too long.
 *
 * @module
 */

import type { Source } from "../../../contracts/tasks/writing.ts";
import { findLanguage } from "../llm/embedded/languages.ts";
import { languageOfText } from "../llm/text-language.ts";
import { textParts } from "../llm/text-parts.ts";

/** Characters of a passage, about: a few sentences. */
const PASSAGE = 500;

const headOf = ({ title, author, year, type }: Source, number: number): string => {
  const about = [author, year, type].filter((each) => each !== undefined).join(", ");
  return `[${number}] ${title}${about === "" ? "" : ` (${about})`}`;
};

/** Words that characterize a text, stemmed where the language is known. */
function termsOf(text: string, language: string): string[] {
  const known = findLanguage(language);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  return words.filter((word) => !known?.isStopWord(word)).map((word) => known?.stem(word) ?? word);
}

interface Passage {
  readonly source: number;
  readonly order: number;
  readonly text: string;
  readonly score: number;
}

function passagesOf(sources: readonly Source[], topic: ReadonlySet<string>, language: string): Passage[] {
  return sources.flatMap(({ text = "" }, source) =>
    (text.trim() === "" ? [] : textParts(text, PASSAGE, languageOfText(language, text))).map((passage, order) => {
      const terms = new Set(termsOf(passage, language));
      const hits = [...terms].filter((term) => topic.has(term)).length;
      // What is first in a source often says what it is about.
      return { source, order, text: passage, score: hits + (order === 0 ? 0.5 : 0) };
    }),
  );
}

/** Sources as a prompt holds them. */
export interface Excerpts {
  readonly text: string;
  /** Something was left out. */
  readonly isShortened: boolean;
}

/**
 * Sources within a number of characters: titles of all, and of their texts the passages that share the most words with the
 * topic, in their order.
 * @param most characters; Infinity for all
 */
export function excerptsOf(
  sources: readonly Source[],
  { topic, language, most }: { readonly topic: string; readonly language: string; readonly most: number },
): Excerpts {
  const heads = sources.map((source, index) => headOf(source, index + 1));
  const join = (texts: readonly string[]) =>
    heads.map((head, index) => (texts[index] ? `${head}\n${texts[index]}` : head)).join("\n\n");
  const whole = join(sources.map(({ text = "" }) => text.trim()));
  if (whole.length <= most) return { text: whole, isShortened: false };
  let left = most - join([]).length;
  const terms = new Set(termsOf(topic, language));
  const ranked = passagesOf(sources, terms, language).toSorted(
    (one, other) => other.score - one.score || one.order - other.order || one.source - other.source,
  );
  const chosen = ranked.filter(({ text }) => {
    if (text.length + 7 > left) return false;
    left -= text.length + 7;
    return true;
  });
  const texts = sources.map((_, source) =>
    chosen
      .filter((passage) => passage.source === source)
      .toSorted((one, other) => one.order - other.order)
      .map(({ text }) => text)
      .join(" [...] "),
  );
  return { text: join(texts), isShortened: true };
}

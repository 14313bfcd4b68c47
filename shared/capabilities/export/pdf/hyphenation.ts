/**
 * Where a word may be divided at the end of a line.
 *
 * @module
 */

import german from "hyphen/de/index.js";
import english from "hyphen/en/index.js";

const languages: Readonly<Record<string, typeof english>> = { en: english, de: german };
const MARK = "\u00ad";
/** A word that is divided has so many letters before and behind the hyphen. */
const LEAST_BEFORE = 2;
const LEAST_BEHIND = 3;
const WORD = /^(?:\p{Lu}?\p{Ll}{5,})$/u;
/**
 * Halves that read as something else before or behind a hyphen at the end of a line: programs that put lines together keep the
 * hyphen there ("self-" and "help"; "Vor- und").
 */
const MISREAD =
  /^(?:self|ex|quasi|all|half|cross|well|co|non|und|oder|bzw|sowie|bis|wie|noch|als|statt|and|or|to|nor|but|as|et|ou|en|of)$/i;

/** Whether words of a language are divided. */
export const isHyphenated = (language: string): boolean => language in languages;

/** The parts into which a word may be divided, in their order; one when it may not be. */
export function syllables(word: string, language: string): readonly string[] {
  const rules = languages[language];
  if (!rules || !WORD.test(word)) return [word];
  const parts: string[] = [];
  let part = "";
  for (const syllable of rules.hyphenateSync(word, { hyphenChar: MARK, minWordLength: 6 }).split(MARK)) {
    part += syllable;
    const before = parts.join("") + part;
    const behind = word.slice(before.length);
    const isPlace = before.length >= LEAST_BEFORE && behind.length >= LEAST_BEHIND;
    if (!isPlace || MISREAD.test(before) || MISREAD.test(behind)) continue;
    parts.push(part);
    part = "";
  }
  return part === "" ? parts : [...parts, part];
}

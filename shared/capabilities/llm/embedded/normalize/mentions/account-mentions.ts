/**
 * Bank accounts and banks: IBAN (ISO 13616) and BIC (ISO 9362).
 *
 * @module
 */

import type { TextMention } from "./contact-mentions.ts";

const GROUPS =
  /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?![\p{L}\p{N}])/gu;
const BIC = /(?<![\p{L}\p{N}])[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![\p{L}\p{N}])/gu;
const SHORTEST = 15;

/** The check of ISO 13616: letters as numbers, the first four characters last, modulo 97. */
function isValid(text: string): boolean {
  const compact = text.replace(/\s/gu, "");
  if (compact.length < SHORTEST) return false;
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** The number without words in capitals that are behind it; as written when its check digits are wrong. */
function withoutWords(text: string): string {
  for (let end = text.length; end > 0; end = text.slice(0, end).search(/\s\S+$/u)) {
    if (isValid(text.slice(0, end))) return text.slice(0, end);
  }
  return text.replace(/(?:\s\p{L}+)+$/u, "");
}

/** Finds account numbers, whole. */
export const findIbans = (text: string): TextMention[] =>
  Array.from(text.matchAll(GROUPS), (match) => {
    const iban = withoutWords(match[0]);
    return { start: match.index, end: match.index + iban.length, text: iban };
  }).filter(({ text: iban }) => iban.replace(/\s/gu, "").length >= SHORTEST);

/** Finds what may be a BIC: a word of eight or eleven capitals looks the same, so a label has to be before it. */
export const findBics = (text: string): TextMention[] =>
  Array.from(text.matchAll(BIC), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
  }));

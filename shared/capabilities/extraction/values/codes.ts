import type { Span } from "../../llm/embedded/normalize/reading.ts";

const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/i;
/** Such as a VAT number: letters and seven digits or more. */
const LETTERS_AND_DIGITS = /^[A-Z]{2,3}\d{7,12}$/i;
const PHONE = /^[+(0][\d\s()/.+-]+$/;
const MIN_PHONE_DIGITS = 7;

const escaped = (character: string): string => character.replace(/[+()]/g, "\\$&");

/** How the characters of a code may be separated, by the kind of code. @returns undefined when it is not a code */
function partedBy(value: string): { readonly characters: string; readonly between: string } | undefined {
  const compact = value.replace(/[\s\u00a0]/gu, "");
  if (IBAN.test(compact) || LETTERS_AND_DIGITS.test(compact)) return { characters: compact, between: "[ \\u00a0]?" };
  const digits = value.replace(/\D/g, "");
  if (!PHONE.test(value) || digits.length < MIN_PHONE_DIGITS) return undefined;
  return { characters: (value.startsWith("+") ? "+" : "") + digits, between: "[ \\u00a0()/.-]{0,3}" };
}

/**
 * Where an account number, a VAT number or a telephone number is, however its digits are grouped. Groups of one line
 * alone: two cells of a table are two numbers.
 */
export function codePlaces(value: string, text: string): Span[] {
  const kind = partedBy(value.trim());
  if (!kind) return [];
  const body = Array.from(kind.characters, escaped).join(kind.between);
  // A number that continues is another one.
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}]|\\d[ /.-])\\(?${body}(?!\\p{L}|[ /.-]?\\d)`, "giu");
  return Array.from(text.matchAll(pattern), (match) => ({ start: match.index, end: match.index + match[0].length }));
}

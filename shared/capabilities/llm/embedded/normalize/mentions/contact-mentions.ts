/**
 * E-mail addresses, web addresses, telephone numbers and the like: what has a form of its own.
 *
 * @module
 */

import type { Span } from "../reading.ts";

/** A text of a known form, with its place. */
export interface TextMention extends Span {
  readonly text: string;
}

// The lookbehind keeps it linear: a run of letters is entered at its start alone.
const EMAIL = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const URL_TEXT = /\bhttps?:\/\/[^\s<>"'“”„]+/giu;
const DOMAIN =
  /(?<![\p{L}\p{N}.@_/-])(?:www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|info|de|at|ch|eu|uk|io|dev|app))(?![\p{L}\p{N}-])(?:\/[^\s<>"'“”„]*)?/giu;
const PHONE = /(?<![\p{L}\p{N}@.,/-])(?:\+\d{1,3}|\(?0\d{1,5}\)?|\(\d{3}\))[\d\s()/.-]{4,20}\d(?![\p{L}\p{N}@-])/gu;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/giu;
const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;

const find = (text: string, pattern: RegExp): TextMention[] =>
  Array.from(text.matchAll(pattern), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
  }));

/** Punctuation of the sentence around an address does not belong to it. */
function trimmed(mention: TextMention): TextMention {
  const text = mention.text.replace(/[.,;:!?)\]}]+$/u, "");
  return { ...mention, text, end: mention.start + text.length };
}

/** Finds e-mail addresses. */
export const findEmails = (text: string): TextMention[] => find(text, EMAIL).map(trimmed);
/** Finds URLs. */
export const findUrls = (text: string): TextMention[] => find(text, URL_TEXT).map(trimmed);
/** Finds web addresses without `https://`, such as "www.example.org": none that belong to one of the given. */
export const findDomains = (
  text: string,
  { emails, urls }: { readonly emails: readonly Span[]; readonly urls: readonly Span[] },
): TextMention[] =>
  find(text, DOMAIN)
    .map(trimmed)
    .filter(({ start, end }) => ![...emails, ...urls].some((span) => span.start < end && start < span.end));
/** Finds UUIDs. */
export const findUuids = (text: string): TextMention[] => find(text, UUID);
/** Finds IPv4 addresses. */
export const findAddressesV4 = (text: string): TextMention[] => find(text, IPV4);

const OTHER_NUMBER =
  /(?:^|[^\p{L}])(?:no|nr|num(?:ber|mer)|\p{L}+(?:nummer|number)|id|ref|reference|code)\.?\s*[:#]?\s*\(?$/iu;
const OF_PHONE = /(?:phone|tel|mobil|handy|fax|call|ruf|notfall|emergency|whatsapp|sms)/iu;

/** "(no. 0099124)": a run of digits alone that a word behind which no phone stands calls a number. */
function isOtherNumber(text: string, { start, text: digits }: TextMention): boolean {
  const before = text.slice(Math.max(0, start - 30), start);
  return /^\d+$/.test(digits) && OTHER_NUMBER.test(before) && !OF_PHONE.test(before);
}

/** At least seven digits, and none of the given spans (dates look alike). */
export const findPhones = (text: string, taken: readonly Span[]): TextMention[] =>
  find(text, PHONE).filter(
    (mention) =>
      (mention.text.match(/\d/g)?.length ?? 0) >= 7 &&
      !isOtherNumber(text, mention) &&
      !taken.some((span) => span.start < mention.end && mention.start < span.end),
  );

/**
 * Whether the text denies, asks or only supposes what it mentions.
 *
 * @module
 */

import type { EmbeddedLanguage } from "../languages.ts";
import type { Reading, Span } from "./reading.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const denials: Record<EmbeddedLanguage, ReadonlySet<string>> = {
  en: set("no not don't doesn't didn't isn't aren't wasn't won't can't cannot without never neither nor none nobody"),
  de: set("kein keine keinen keinem keiner keines nicht ohne nie niemals weder niemand niemanden niemandem"),
};
const suppositions: Record<EmbeddedLanguage, ReadonlySet<string>> = {
  en: set("if whether unless"),
  de: set("falls ob sofern wenn"),
};
/** English denies behind the word only with what is needed: "parking is not needed". */
const LATE_DENIAL = /^(?:\s+\p{L}+){0,2}?\s*(?:not|n't|n’t)\s+(?:needed|required|necessary|wanted|desired|included)/iu;

/** German puts these behind what they deny as well: "einen Parkplatz brauchen wir nicht". */
const lateDenials = set("nicht keine keinen keins keines niemand niemanden");

const REACH = 6;

/** Words of the same clause before a place, nearest first. */
function* clauseBefore(at: number, reading: Reading): Generator<string> {
  const clause = reading.words[at]?.clause;
  for (let back = at - 1; back >= 0 && back >= at - REACH; back--) {
    const word = reading.words[back];
    if (!word || word.clause !== clause) return;
    yield word.lower;
  }
}

/** Whether the text denies what is at a place. */
export function isDenied(span: Span, reading: Reading): boolean {
  const { language, text, words } = reading;
  const at = reading.wordAt(span.start);
  for (const word of clauseBefore(at, reading)) if (denials[language.code].has(word)) return true;
  if (language.code === "en") return LATE_DENIAL.test(text.slice(span.end, span.end + 60));
  const last = reading.wordAt(span.end - 1);
  const clause = words[at]?.clause;
  return words.slice(last + 1, last + 1 + REACH).some((word) => word.clause === clause && lateDenials.has(word.lower));
}

/** Asked or supposed, so that it is not a statement. */
export function isHypothetical(span: Span, reading: Reading): boolean {
  const at = reading.wordAt(span.start);
  const sentence = reading.sentences[reading.words[at]?.sentence ?? 0];
  if (sentence && reading.text.slice(0, sentence.end).endsWith("?")) return true;
  for (const word of clauseBefore(at, reading)) if (suppositions[reading.language.code].has(word)) return true;
  return false;
}

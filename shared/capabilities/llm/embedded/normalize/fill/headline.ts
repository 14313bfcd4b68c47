/**
 * The body of a message and its first statement, which takes the place of a missing subject line.
 *
 * @module
 */

import { splitSentences } from "../../../sentences.ts";
import { countWords, cutToWords } from "../../../words.ts";
import type { Field } from "../fields.ts";
import type { Reading } from "../reading.ts";
import type { Named } from "./names.ts";

const GREETING =
  /^(?:hello|hi|hey|dear|good (?:morning|afternoon|day|evening)|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[r]?|moin|servus)\b/iu;
const FAREWELL =
  /^(?:(?:kind |best |warm )?regards|best|thanks|thank you|many thanks|cheers|sincerely|yours|mit freundlichen|viele grüße|liebe grüße|beste grüße|vielen dank|danke|mfg|lg|vg)\b/iu;
const SELF = /^(?:my name is|i am|i'm|this is|mein name ist|ich heiße|ich bin)\s+\p{Lu}/iu;
const MAX_HEADLINE_WORDS = 12;

/** Sentences that say what it is about. */
function statements({ text, language }: Reading) {
  const sentences = splitSentences(text, language.code).filter(({ text: sentence }) => countWords(sentence) > 1);
  const farewell = sentences.findIndex(({ text: sentence }, at) => at > 0 && FAREWELL.test(sentence));
  return (farewell < 0 ? sentences : sentences.slice(0, farewell)).filter(
    ({ text: sentence }) => !(GREETING.test(sentence) && countWords(sentence) <= 5),
  );
}

/** Only for a field that must be filled: a subject that nobody wrote is worth little. */
export function headlineOf(field: Field, reading: Reading): Named[] {
  if (!field.required) return [];
  const sentence = statements(reading).find(({ text }) => !SELF.test(text));
  if (!sentence || countWords(sentence.text) < 3) return [];
  const text = cutToWords(sentence.text, MAX_HEADLINE_WORDS, reading.language.code).replace(/[.…]+$/u, "");
  return [{ start: sentence.start, end: sentence.end, text, score: 0.32 }];
}

/** The text without greeting and signature. */
export function bodyOf(reading: Reading): Named[] {
  const sentences = statements(reading);
  const [first] = sentences;
  const last = sentences.at(-1);
  if (!first || !last || last.end - first.start < 15) return [];
  return [{ start: first.start, end: last.end, text: reading.text.slice(first.start, last.end), score: 0.4 }];
}

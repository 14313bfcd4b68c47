/**
 * The parts of a text that each describe one thing of a list.
 *
 * @module
 */

import { findCalledOff } from "../called-off.ts";
import { findMentions } from "../mentions/mentions.ts";
import { isCut, overlaps, type Reading, readRequest, type Span } from "../reading.ts";
import { findStreets } from "./places.ts";

const ITEM_LINE = /^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+(.+)$/gmu;
/** Where the thing ends and what is to happen with it begins. */
const BEYOND = /\s(?:at(?=\s+\p{L})|an|to|für|for|by|bis|until|nach|per|via|zum|zur|an den|an die)\s.*$|[,;]\s*$/isu;
/** Five digits, or the British form. */
const POSTAL_CODE = /(?<!\d)\d{5}(?=\s+\p{Lu})|(?<!\p{L})[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}(?![\p{L}\d])/gu;
/** What a German sentence ends with: "12 Flaschen Riesling bestellen". */
const VERB = /\s(?:bitte\s)?(?:bestellen|kaufen|haben|erhalten|bekommen|buchen|reservieren|nehmen|liefern|bitte)\s*$/u;
const TAIL = /\s*(?:[,;.]|(?:^|\s)(?:and|und|sowie|plus))*\s*$/u;

/** How far back it is looked for. */
const REACH = 40;
/** What is left of "3 lamps on 12 May" before the date, and of "3 lamps to 7 Mill Lane" before the address. */
const BEFORE_MENTION =
  /(?:[\s,;:–-]|\s(?:on|by|at|from|to|in|am|um|bis|vom|ab|zum|an|nach|die|der|den|call|phone|tel\.?|mail|iban))+$/iu;
/** What is numbered and not counted: "Room 214", "Platz 4". */
const NUMBERED =
  /(?<!\p{L})(?:room|unit|flat|apartment|apt|suite|floor|level|gate|hall|block|house|building|platform|table|seat|bay|box|number|no|page|chapter|raum|zimmer|wohnung|etage|stock|stockwerk|halle|tor|haus|gebäude|gleis|tisch|platz|postfach|nummer|nr|seite|kapitel)\.?\s*$/iu;
/** Behind a number that says which one it is: "3. Stock", "4th floor", "221B". */
const ORDINAL = /^(?:\.\s+\p{L}|(?:st|nd|rd|th)(?!\p{L})|[A-FH-KN-WYZa-f](?!\p{L}))/u;

/** Whether a number says which one a thing is, and not how many there are. */
const isWhich = (text: string, { start, end }: Span): boolean =>
  NUMBERED.test(text.slice(Math.max(0, start - 20), start)) || ORDINAL.test(text.slice(end, end + 4));

/**
 * List lines if there are any, else what is from one number to the next within a sentence.
 * @param dated the things have dates, phone numbers or the like of their own, which otherwise end what describes them
 */
export function segmentsOf({ text, language, sentences }: Reading, dated: boolean): string[] {
  const lines = Array.from(text.matchAll(ITEM_LINE), (match) => (match[1] ?? "").trim());
  if (lines.length > 0) return lines;
  return sentences.flatMap(({ start, end }) => {
    const sentence = text.slice(start, end);
    const codes = Array.from(
      sentence.matchAll(POSTAL_CODE),
      ({ index, 0: code }): Span => ({ start: index, end: index + code.length }),
    );
    const addresses = [...findStreets(sentence), ...codes];
    // Without dates, times, phone and account numbers: none of these is a thing of a list.
    const read = readRequest(sentence, language);
    const mentions = findMentions(read);
    const off = findCalledOff(read, mentions).replaced.map(({ old }) => old);
    const { dates, days, times, phones, emails, ibans } = mentions;
    const own = dated ? [] : [...dates, ...days, ...times, ...phones, ...emails, ...ibans];
    const ends = [...own, ...addresses].map(({ start: at }) => at);
    const starts = mentions.numbers
      .filter((number) => !isCut(sentence, number) && !off.some((span) => overlaps(span, number)))
      .filter(
        ({ value, currency, article }) => Number.isInteger(value) && value > 0 && currency === undefined && !article,
      )
      .filter((number) => !addresses.some((span) => overlaps(span, number)) && !isWhich(sentence, number))
      .map((number) => number.start);
    return starts.map((from, at) => {
      const next = starts[at + 1] ?? sentence.length;
      const end = Math.min(next, ...ends.filter((place) => place > from));
      const part = sentence.slice(from, end);
      const ended = end < next ? part.slice(0, -REACH) + part.slice(-REACH).replace(BEFORE_MENTION, "") : part;
      return ended.replace(BEYOND, "").replace(TAIL, "").replace(VERB, "");
    });
  });
}

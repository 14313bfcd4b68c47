/**
 * The text that is behind a label: "Name: X", "the colour is X", "titled 'X'".
 *
 * @module
 */

import type { LabelPlace } from "./candidates.ts";
import type { Reading, Span } from "./reading.ts";

/** A value that is behind its label. */
export interface Labelled extends Span {
  readonly text: string;
  readonly weight: number;
}

const QUOTED =
  /^\s*(?:"([^"\n]{1,200})"|“([^”\n]{1,200})”|„([^“”"\n]{1,200})[“”"]|«([^»\n]{1,200})»|»([^«\n]{1,200})«|'([^'\n]{2,200})'(?!\p{L}))/u;
const COPULA =
  /^\s*(?:(?:is|are|was|will be|ist|sind|lautet|heißt|war|soll|should be|=)\s+(?:called\s+|named\s+|also\s+|only\s+|now\s+|set to\s+)?|(?:called|named|titled|entitled|namens|genannt|mit dem (?:Titel|Namen))\s+)/iu;
const ENDS_WITH_ABBREVIATION =
  /(?:\b(?:Ltd|Inc|Co|Corp|Str|St|Jr|Sr|Bros|Prof|Mr|Mrs|Ms|Hr|Fr|e\.\s?V|e\.\s?K|Dr|No|Nr)|\b\p{Lu})\.$/iu;
/** Where an inline value ends. */
const CLAUSE_END =
  /[;\n!?]|,(?=\s)|\.(?=\s|$)|\s(?:and|but|und|aber|sowie|with|mit|for|für|because|weil|denn|since|please|bitte|that|until|bis)\s|\s[–-]\s|\s\(/u;
const MAX_INLINE_WORDS = 8;

/** The label is at the start of its line, so that the value is the rest of the line. */
const opensLine = (text: string, start: number): boolean =>
  /(?:^|\n)[ \t>*•-]*$/.test(text.slice(Math.max(0, start - 12), start));

function cleanLine(value: string): string {
  const trimmed = value.trim().replace(/[,;]$/, "").trim();
  return trimmed.endsWith(".") && !ENDS_WITH_ABBREVIATION.test(trimmed) ? trimmed.slice(0, -1) : trimmed;
}

/** Where a value that has a line of its own ends: at its first sentence. */
const LINE_END = /[.!?](?=\s+\p{Lu})/u;
/** Where a list behind a label ends. */
const SENTENCE_END = /[;\n!?]|\.(?=\s|$)/u;

function inline(rest: string, ending: RegExp): string {
  // A dot behind an abbreviation ends no value.
  let from = 0;
  for (;;) {
    const match = ending.exec(rest.slice(from));
    if (!match) return rest.trim();
    const end = from + match.index;
    if (match[0] !== "." || !ENDS_WITH_ABBREVIATION.test(rest.slice(0, end + 1))) return rest.slice(0, end).trim();
    from = end + 1;
  }
}

function span(
  reading: Reading,
  { from, weight }: { readonly from: number; readonly weight: number },
  text: string,
): Labelled[] {
  const at = reading.text.indexOf(text, from);
  return text && at >= 0 ? [{ start: at, end: at + text.length, text, weight }] : [];
}

/**
 * Texts behind the places of a label, each with how sure the connection is.
 * @param kind a list may hold commas; a body may hold sentences
 */
export function labelledTexts(
  reading: Reading,
  places: readonly LabelPlace[],
  kind: "value" | "list" | "body" = "value",
): Labelled[] {
  const list = kind === "list";
  return places.flatMap((place): Labelled[] => {
    const rest = reading.text.slice(place.end, place.end + 600);
    const colon = /^\s*(?:\([^)\n]{0,30}\))?\s*(?:[:=]|\s[–-]\s)[ \t]*/u.exec(rest);
    const copula = colon ? undefined : COPULA.exec(rest);
    const lead = colon ?? copula;
    const from = place.end + (lead?.[0].length ?? 0);
    const after = rest.slice(lead?.[0].length ?? 0);
    const quoted = QUOTED.exec(after);
    const inner = quoted?.slice(1).find((group) => group !== undefined);
    if (inner && !list) return span(reading, { from, weight: place.weight }, inner.trim());
    if (colon && opensLine(reading.text, place.start)) {
      const line = after.split("\n", 1)[0] ?? "";
      return span(
        reading,
        { from, weight: place.weight },
        kind === "body" ? line.trim() : cleanLine(inline(line, LINE_END)),
      );
    }
    if (!lead) return [];
    const value = inline(after, list ? SENTENCE_END : CLAUSE_END);
    return list || value.split(/\s+/).length <= MAX_INLINE_WORDS
      ? span(reading, { from, weight: place.weight * (colon ? 0.95 : 0.85) }, value)
      : [];
  });
}

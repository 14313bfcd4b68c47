/**
 * What a rule proposes for a field.
 *
 * @module
 */

import type { JsonObject } from "../../../json-schema/compile-schema.ts";
import type { Field } from "./fields.ts";
import type { Mentions } from "./mentions/mentions.ts";
import type { Reading, Span } from "./reading.ts";

/** Any JSON value. */
export type Json = JsonObject[string];

/** A value that may belong to a field, with its place in the text. */
export interface Candidate extends Span {
  readonly value: Json;
  /** How sure the rule is, 0 to 1. */
  readonly score: number;
  /** Two fields may not take overlapping text with the same claim; without one the text may serve many. */
  readonly claim?: string;
}

/** A place in the text that speaks of a field. */
export interface LabelPlace extends Span {
  readonly weight: number;
  /** Positions of its first and last word in the reading. */
  readonly first: number;
  readonly last: number;
}

/** Weights of a field's whole name, and of a part of it. */
const WHOLE = 0.95;
const PART = 0.75;

/** Where the labels of a field stand in the text. */
export function labelPlaces(field: Field, reading: Reading): LabelPlace[] {
  const places: LabelPlace[] = [];
  for (const { words, weight } of field.labels) {
    const [head, ...rest] = words;
    if (head === undefined) continue;
    for (const first of reading.find(head)) {
      const fits = rest.every((word, at) => reading.find(word).includes(first + 1 + at));
      const start = reading.words[first]?.start;
      const end = reading.words[first + rest.length]?.end;
      if (!fits || start === undefined || end === undefined) continue;
      if (places.some((place) => place.first <= first && place.last >= first + rest.length)) continue;
      places.push({ start, end, weight, first, last: first + rest.length });
    }
  }
  // Where the whole name is, a part of it elsewhere speaks of another thing: "driver" beside "second driver".
  const whole = places.some(({ weight }) => weight >= WHOLE);
  return whole ? places.filter(({ weight }) => weight > PART) : places;
}

/** In what a field's value is looked for. */
export interface FieldReading {
  readonly reading: Reading;
  readonly mentions: Mentions;
  /** Where the request speaks of the field. */
  readonly labels: readonly LabelPlace[];
}

/**
 * How near a span is to a label of its field: 1 right behind it, less with every word between, much less before it or
 * in another clause, 0 in another sentence.
 */
export const nearness = nearnessWith(0.55);

/** {@link nearness} with another weight for a span before its label. @param before from 0 to 1 */
export function nearnessWith(before: number): (span: Span, labels: readonly LabelPlace[], reading: Reading) => number {
  return (span, labels, reading) => Math.max(0, ...labels.map((label) => nearnessTo(label, span, { reading, before })));
}

function nearnessTo(
  place: LabelPlace,
  span: Span,
  { reading, before }: { readonly reading: Reading; readonly before: number },
): number {
  const at = reading.wordAt(span.start);
  const word = reading.words[at];
  if (!word) return 0;
  const label = reading.words[place.last];
  if (!label || label.sentence !== word.sentence) return 0;
  if (place.start < span.end && span.start < place.end) return 0;
  const follows = span.start >= place.end;
  const gap = follows ? at - place.last - 1 : place.first - reading.wordAt(span.end);
  const colon = follows && gap === 0 && /^\s*[:=#]/.test(reading.text.slice(place.end, span.start));
  const clause = label.clause === word.clause || colon ? 1 : 0.6;
  return place.weight * clause * (follows ? 1 : before) * Math.max(0.15, 1 - gap * 0.08);
}

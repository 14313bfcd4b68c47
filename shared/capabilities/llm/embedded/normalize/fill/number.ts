/**
 * Numbers by what they count, by their unit, and by the label before them.
 *
 * @module
 */

import { type Candidate, type FieldReading, type LabelPlace, nearnessWith } from "../candidates.ts";
import { countConcepts, moneyConcepts } from "../concepts.ts";
import type { Field } from "../fields.ts";
import { findOrdinals, type NumberMention } from "../mentions/number-mentions.ts";
import type { Reading } from "../reading.ts";
import { convert, unitOf } from "../units.ts";

/** A number before its label seldom is what the label speaks of. */
const nearness = nearnessWith(0.3);

/** Words that may be between a number and what it counts ("one checked bag"). */
const BETWEEN = 2;
/** "620 €, deposit 160 €": what is behind a comma, a line's end or a sentence's is not counted by the number. */
const BREAK = /[,;:()\n!?]|\p{L}\.\s/u;
const TIMES_OR_PIECES = /^\s*(?:x|×|mal|times|pieces?|pcs?|stück|stk|units?|einheiten)(?!\p{L})/iu;

/** "I would like to order 3 chairs": what is asked for, before the number and behind it. */
const ORDERED =
  /(?<!\p{L})(?:order(?:ed|ing)?|rather|prefer|lieber|buy|purchase|need|want|like|take|get|send|deliver|request|bestell\p{L}*|kauf\p{L}*|brauch\p{L}*|benötig\p{L}*|möchten?|nehmen?|hätten?|liefer\p{L}*)\s+(?:\p{L}+\s+){0,3}$/iu;
const THINGS =
  /^\s+(?!(?:more|other|of|to|or|and|times?|years?|months?|weeks?|days?|nights?|hours?|minutes?|seconds?|people|persons?|guests?|adults?|children|kids|oder|und|bis|mal|jahren?|monaten?|wochen?|tagen?|nächten?|stunden?|minuten?|sekunden?|personen|leuten?|gästen?|erwachsenen?|kindern?|uhr|am|pm|percent|prozent)(?!\p{L}))\p{L}{3,}/iu;

/** "Emil (9 Jahre)": an age beside a name. */
const YEARS_OLD = /^\s?(?:years?|jahre?)(?:\s(?:old|alt)|(?=\)))/iu;

/** "A table for four". */
const PARTIES: ReadonlySet<string> = new Set(["guests", "passengers"]);
const FOR = /\b(?:for|für)\s+$/iu;

/** 1 right before what it counts, less with words between. */
function counts(mention: NumberMention, labels: readonly LabelPlace[], reading: Reading): number {
  const next = reading.wordAt(mention.end);
  const scores = labels.map((label) => {
    const gap = label.first - next;
    if (gap < 0 || gap > BETWEEN || BREAK.test(reading.text.slice(mention.end, label.start))) return 0;
    return label.weight * (1 - 0.1 * gap);
  });
  return Math.max(0, ...scores);
}

/** The value in the field's unit; undefined when the text's unit is of another kind. */
function inUnit(
  mention: NumberMention,
  field: Field,
  reading: Reading,
): { value: number; certain: boolean; end: number } | undefined {
  const plain = { value: mention.value, certain: false, end: mention.end };
  const match = /^\s?(%|°C|\p{L}+[²³]?)/u.exec(reading.text.slice(mention.end, mention.end + 16));
  const unit = match?.[1] ? unitOf(match[1]) : undefined;
  if (!unit || !field.unit) return plain;
  const value = convert(mention.value, unit, field.unit);
  return value === undefined ? undefined : { value, certain: true, end: mention.end + (match?.[0].length ?? 0) };
}

function allowed(value: number, field: Field): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = field.schema;
  if (field.type === "integer" && !Number.isInteger(value)) return false;
  if (typeof minimum === "number" && value < minimum) return false;
  if (typeof maximum === "number" && value > maximum) return false;
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum) return false;
  return !(typeof exclusiveMaximum === "number" && value >= exclusiveMaximum);
}

/** The numbers of a text that may belong to a field. */
export function numberCandidates(field: Field, { reading, mentions, labels }: FieldReading): Candidate[] {
  const key = field.concept?.key ?? "";
  const isCount = countConcepts.has(key) || field.unit !== undefined;
  const isMoney = moneyConcepts.has(key);
  const numbers = key === "floor" ? [...mentions.numbers, ...findOrdinals(reading.text)] : mentions.numbers;
  return numbers.flatMap((mention): Candidate[] => {
    const counted = counts(mention, labels, reading);
    if (mention.article && counted < 0.6) return [];
    const converted = inUnit(mention, field, reading);
    if (!converted || !allowed(converted.value, field)) return [];
    const near = nearness(mention, labels, reading);
    // Money answers no question about a count, and a count none about money.
    const kind =
      isMoney === (mention.currency !== undefined) ? (isMoney ? 0.5 : 0) : isMoney ? -0.15 : isCount ? -0.4 : 0;
    const unit = converted.certain ? 0.65 : 0;
    const opens = reading.text.slice(0, mention.start).trim() === "";
    const isPieces = opens || TIMES_OR_PIECES.test(reading.text.slice(mention.end, mention.end + 12));
    const behind = reading.text.slice(mention.end, mention.end + 40);
    const isOrdered =
      !mention.article &&
      ORDERED.test(reading.text.slice(Math.max(0, mention.start - 60), mention.start)) &&
      THINGS.test(behind) &&
      unitOf(/\p{L}+/u.exec(behind)?.[0] ?? "") === undefined;
    const pieces = key !== "quantity" ? 0 : isPieces ? 0.8 : isOrdered ? 0.7 : 0;
    const party =
      PARTIES.has(key) && FOR.test(reading.text.slice(Math.max(0, mention.start - 8), mention.start)) ? 0.5 : 0;
    const aged = key === "age" && YEARS_OLD.test(reading.text.slice(mention.end, mention.end + 12)) ? 0.7 : 0;
    const evidence = Math.max(
      party,
      aged,
      counted * (mention.article ? 0.7 : 0.95),
      near * 0.85,
      pieces,
      unit,
      isMoney ? kind : 0,
    );
    const agreement = (near > 0 ? 0.1 * near : 0) + (kind < 0 ? kind : 0);
    // Where a unit is asked for, a bare number is worth less than one that names it.
    const bare = field.unit && !converted.certain ? 0.8 : 1;
    const score = Math.min(1, (evidence + agreement) * bare);
    return [{ start: mention.start, end: converted.end, value: converted.value, score, claim: "number" }];
  });
}

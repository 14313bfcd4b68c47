/**
 * Chooses among the values of an enumeration by what the text says.
 *
 * @module
 */

import { isObject } from "../../../../json-schema/json-pointer.ts";
import { type Candidate, type Json, type LabelPlace, nearness } from "../candidates.ts";
import { type Field, type Schema, wordsOfName } from "../fields.ts";
import { isDenied } from "../negation.ts";
import type { Reading, Span } from "../reading.ts";
import { synonymsOf } from "../value-synonyms.ts";
import { phrasePlaces } from "./phrases.ts";

interface Value {
  readonly value: Json;
  /** In lower case, words apart. */
  readonly name: string;
  /** What the schema itself says about this value. */
  readonly described: readonly string[];
}

/** How much a way of expressing a value is worth. */
const WEIGHTS = { literal: 0.7, described: 0.62, common: 0.5 } as const;
const NEARNESS_WEIGHT = 0.3;
/** Off for a word inside quotation marks, which is part of a name. */
const QUOTED = 0.15;
const SHORT = 2;

const scalars = (list: readonly unknown[]): Json[] =>
  list.filter((value): value is string | number | boolean => ["string", "number", "boolean"].includes(typeof value));

/** "bug: crash, error; question: how" and "high (urgent)" explain what a value means. */
function describedIn(description: string, value: string): string[] {
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const match = new RegExp(`(?<![\\p{L}\\p{N}])${escaped}["']?\\s*(?:[:=]|\\()\\s*([^;.)\\n]{1,200})`, "iu").exec(
    description,
  );
  const list = match?.[1]?.split(/,|\/|\bor\b|\boder\b/u) ?? [];
  return list.map((item) => item.trim().replace(/^["']|["']$/g, "")).filter((item) => item.length > 1);
}

/** The values of an enumeration, or of a union of constants with titles and descriptions. */
export function valuesOf(schema: Schema): Value[] {
  const description = typeof schema.description === "string" ? schema.description : "";
  if (Array.isArray(schema.oneOfConstants)) {
    return schema.oneOfConstants.filter(isObject).flatMap((branch) =>
      scalars([branch.const]).map((value) => ({
        value,
        name: wordsOfName(String(value)).join(" "),
        described: [branch.title, ...String(branch.description ?? "").split(/[,;]/)]
          .map(String)
          .filter((text) => text.trim().length > 1 && text !== "undefined"),
      })),
    );
  }
  return scalars(Array.isArray(schema.enum) ? schema.enum : []).map((value) => ({
    value,
    name: wordsOfName(String(value)).join(" ") || String(value),
    described: describedIn(description, String(value)),
  }));
}

/** Short values such as sizes are only meant when written exactly so. */
function literalPlaces({ value, name }: Value, reading: Reading): Span[] {
  if (String(value).length > SHORT) return phrasePlaces(name, reading);
  return reading.words.filter(({ surface }) => surface === String(value));
}

/** Between quotation marks on its own line. */
function isQuoted({ start, end }: Span, { text }: Reading): boolean {
  const before = text.slice(text.lastIndexOf("\n", start) + 1, start);
  const marks = before.match(/["“”„]/g)?.length ?? 0;
  return marks % 2 === 1 && /^[^\n]*["“”]/.test(text.slice(end, end + 200));
}

const DENIAL = /\b(?:not|no|nicht|keine?)\b/i;

function placesOf(value: Value, reading: Reading): { span: Span; weight: number }[] {
  const literal = literalPlaces(value, reading).map((span) => ({ span, weight: WEIGHTS.literal, phrase: value.name }));
  const said = (phrases: readonly string[], weight: number) =>
    phrases.flatMap((phrase) => phrasePlaces(phrase, reading).map((span) => ({ span, weight, phrase })));
  return [
    ...literal,
    ...said(value.described, WEIGHTS.described),
    ...said(synonymsOf(value.name), WEIGHTS.common),
  ].filter(({ span, phrase }) => DENIAL.test(phrase) || !isDenied(span, reading));
}

/** One candidate for each value that the text expresses in some way. */
export function enumCandidates(field: Field, reading: Reading, labels: readonly LabelPlace[]): Candidate[] {
  const values = valuesOf(field.schema);
  const claim = `enum ${JSON.stringify(values.map(({ value }) => value))}`;
  return values.flatMap((value): Candidate[] => {
    const places = placesOf(value, reading);
    // A word of the property's name is not a word about its value: "payment" in payment_method does not count.
    const telling = places.filter(
      ({ span }) => !labels.some((label) => label.weight >= 0.95 && span.start >= label.start && span.end <= label.end),
    );
    const scored = telling
      .map(({ span, weight }) => ({
        ...span,
        score: weight + NEARNESS_WEIGHT * nearness(span, labels, reading) - (isQuoted(span, reading) ? QUOTED : 0),
      }))
      .sort((a, b) => b.score - a.score || a.start - b.start);
    const [best] = scored;
    if (!best) return [];
    return [
      { ...best, value: value.value, score: Math.min(1, best.score + 0.03 * Math.min(3, scored.length - 1)), claim },
    ];
  });
}

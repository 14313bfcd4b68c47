/**
 * Whether a document states a value, and where: docs/extraction.md has the rules.
 *
 * @module
 */

import { labelPlaces } from "../../llm/embedded/normalize/candidates.ts";
import { type Concept, conceptOf } from "../../llm/embedded/normalize/concepts.ts";
import { type Field, fieldsOf, type Schema, wordsOfName } from "../../llm/embedded/normalize/fields.ts";
import { booleanCandidates } from "../../llm/embedded/normalize/fill/boolean.ts";
import { valuesOf } from "../../llm/embedded/normalize/fill/enum.ts";
import { phrasePlaces } from "../../llm/embedded/normalize/fill/phrases.ts";
import { isDenied } from "../../llm/embedded/normalize/negation.ts";
import type { Span } from "../../llm/embedded/normalize/reading.ts";
import { synonymsOf } from "../../llm/embedded/normalize/value-synonyms.ts";
import type { PartReading } from "../part-reading.ts";
import { codePlaces } from "./codes.ts";

/** A value that text, numbers and yes or no can be. */
export type Scalar = string | number | boolean;

/** A value to look for: of which property it is, and the property's schema. */
export interface Wanted {
  readonly value: Scalar;
  readonly name: string;
  /** Resolved: no reference, no union. */
  readonly schema: Schema;
}

/** Where a value is, and how directly it is stated, 0 to 1. */
export interface Finding extends Span {
  readonly weight: number;
}

/** As it is; in another notation; by its meaning. */
const WEIGHTS = { verbatim: 1, notation: 0.9, meaning: 0.7 } as const;
/** What is left of a weight where nothing near the value names its property. */
const UNNAMED = 0.7;
/** Before a value, where its property's name is looked for. */
const NEAR = 200;
/** Places that are judged by what is before them. */
const MAX_JUDGED = 12;

const at = (spans: readonly Span[], weight: number): Finding[] =>
  spans.map(({ start, end }) => ({ start, end, weight }));

/** A number as JSON writes it, in a string. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/;
const TIME = /^(\d{2}:\d{2})(?::\d{2})?/;

function ofDateTime(text: string, { mentions }: PartReading): Finding[] {
  const [, date = "", time = ""] = DATE_TIME.exec(text) ?? [];
  const times = mentions.times.filter((each) => each.text === time);
  // A day of one line and an hour of another make no time that the document states.
  const isNear = (day: Span) => times.some((hour) => hour.start - day.end < NEAR && day.start - hour.end < NEAR);
  return at(
    mentions.dates.filter((each) => each.text === date && isNear(each)),
    WEIGHTS.notation,
  );
}

/** @returns undefined for what is not a date or time */
function ofCalendar(text: string, { format }: Schema, reading: PartReading): Finding[] | undefined {
  const { dates, times } = reading.mentions;
  if (ISO_DATE.test(text)) {
    return at(
      dates.filter((each) => each.text === text),
      WEIGHTS.notation,
    );
  }
  if (DATE_TIME.test(text)) return ofDateTime(text, reading);
  if (format !== "time" || !TIME.test(text)) return undefined;
  return at(
    times.filter((each) => each.text === TIME.exec(text)?.[1]),
    WEIGHTS.notation,
  );
}

function ofNumber(value: number, { mentions }: PartReading): Finding[] {
  const same = mentions.numbers.filter((each) => each.value === value);
  if (same.length > 0) return at(same, WEIGHTS.verbatim);
  // 19 % as a share: 0.19.
  const shares = mentions.numbers.filter((each) => each.isPercent && Math.abs(each.value / 100 - value) < 1e-12);
  return at(shares, WEIGHTS.notation);
}

function ofEnum(value: Scalar, schema: Schema, reading: PartReading): Finding[] {
  const entry = valuesOf(schema).find((known) => known.value === value);
  if (!entry) return [];
  if (typeof value === "number") return ofNumber(value, reading);
  const words = reading.words();
  const said = (phrases: readonly string[], weight: number): Finding[] =>
    at(
      phrases.flatMap((phrase) => phrasePlaces(phrase, words)).filter((span) => !isDenied(span, words)),
      weight,
    );
  const isShort = String(value).length <= 2;
  const literal = isShort
    ? reading.tokens.find(String(value)).filter(({ start, end }) => reading.part.text.slice(start, end) === value)
    : reading.tokens.find(String(value));
  if (literal.length > 0) return at(literal, WEIGHTS.verbatim);
  const currency = reading.mentions.numbers.filter((each) => each.currency === value);
  if (currency.length > 0) return at(currency, WEIGHTS.notation);
  const named = isShort ? [] : said([entry.name], WEIGHTS.notation);
  return named.length > 0 ? named : said([...entry.described, ...synonymsOf(entry.name)], WEIGHTS.meaning);
}

function ofText(value: string, { schema, name }: Wanted, reading: PartReading): Finding[] {
  const verbatim = reading.tokens.find(value);
  const calendar = ofCalendar(value, schema, reading);
  if (calendar) return calendar.length > 0 || schema.format !== undefined ? calendar : at(verbatim, WEIGHTS.verbatim);
  if (verbatim.length > 0) return at(verbatim, WEIGHTS.verbatim);
  const codes = codePlaces(value, reading.part.text);
  if (codes.length > 0) return at(codes, WEIGHTS.notation);
  if (conceptOf(wordsOfName(name).join(" "))?.key === "currency") {
    return at(
      reading.mentions.numbers.filter((each) => each.currency === value),
      WEIGHTS.notation,
    );
  }
  return NUMBER.test(value)
    ? ofNumber(Number(value), reading).map((each) => ({ ...each, weight: WEIGHTS.notation }))
    : [];
}

/** The property as the rules of the embedded engine see it: with the names that a text may have for it. */
const fieldOf = ({ name, schema }: Wanted, reading: PartReading): Field | undefined =>
  fieldsOf({ properties: { [name]: schema } }, reading.words().language)[0];

/** Yes or no counts where the rules read it so as well: the document speaks of the property, and does not deny it. */
function ofBoolean(wanted: Wanted, reading: PartReading): Finding[] {
  const words = reading.words();
  const field = fieldOf(wanted, reading);
  if (!field) return [];
  const read = booleanCandidates(field, words, labelPlaces(field, words));
  return at(
    read.filter((candidate) => candidate.value === wanted.value),
    WEIGHTS.meaning,
  );
}

const FORMAL: ReadonlySet<Concept["key"] | undefined> = new Set(["email", "phone", "url", "iban", "bic", "currency"]);

/** Whether the value's form or the words before it say which property it is. */
function isNamed({ start, end }: Span, field: Field, reading: PartReading): boolean {
  if (field.concept && FORMAL.has(field.concept.key)) return true;
  const { text } = reading.part;
  const line = text.indexOf("\n", end);
  const near = text.slice(Math.max(0, start - NEAR), line < 0 ? end + NEAR : Math.min(line, end + NEAR));
  return labelPlaces(field, reading.wordsOf(near)).length > 0;
}

function places(wanted: Wanted, reading: PartReading): Finding[] {
  const { value, schema } = wanted;
  if (typeof value === "boolean") return ofBoolean(wanted, reading);
  if (valuesOf(schema).length > 0) return ofEnum(value, schema, reading);
  return typeof value === "number" ? ofNumber(value, reading) : ofText(value, wanted, reading);
}

/**
 * Where a part of a document states a value; of several places, the one whose surroundings name the property.
 * @returns undefined when it does not state it
 */
export function findValue(wanted: Wanted, reading: PartReading): Finding | undefined {
  const found = places(wanted, reading).slice(0, MAX_JUDGED);
  const [first] = found;
  if (!first || typeof wanted.value === "boolean" || valuesOf(wanted.schema).length > 0) return first;
  const field = fieldOf(wanted, reading);
  const named = field && found.find((each) => isNamed(each, field, reading));
  return named ?? { ...first, weight: first.weight * UNNAMED };
}

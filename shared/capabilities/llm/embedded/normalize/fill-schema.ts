/**
 * Fills a JSON Schema from a request by rules. Every value is taken from the request; what it does not hold is left
 * out, so that validation names a required field that is missing.
 *
 * @module
 */

import { isObject } from "../../../json-schema/json-pointer.ts";
import type { Language } from "../languages.ts";
import { asksForWhatWas, type CalledOff, findCalledOff, withoutSpans } from "./called-off.ts";
import { type Candidate, type Json, labelPlaces } from "./candidates.ts";
import { type Field, fieldsOf, resolveSchema, type Schema } from "./fields.ts";
import { arrayValue, type ItemFillers } from "./fill/array.ts";
import { booleanCandidates } from "./fill/boolean.ts";
import { dateCandidates } from "./fill/date.ts";
import { enumCandidates } from "./fill/enum.ts";
import { numberCandidates } from "./fill/number.ts";
import { remainder } from "./fill/remainder.ts";
import { textCandidates } from "./fill/text.ts";
import { findMentions, type Mentions } from "./mentions/mentions.ts";
import { overlaps, type Reading, readRequest, type Span } from "./reading.ts";

/** A candidate below this is not worth being wrong. */
const THRESHOLD = 0.3;

type Values = Map<string, Json>;
const keyOf = (path: readonly string[]): string => JSON.stringify(path);

/** A replacement has what spoke for the replaced, not quite. */
const INHERITED = 0.05;

/** The mentions of a request, with what of them does not hold. */
interface Source {
  readonly reading: Reading;
  readonly mentions: Mentions;
  readonly calledOff: CalledOff;
}

function readSource(reading: Reading): Source {
  const mentions = findMentions(reading);
  return { reading, mentions, calledOff: findCalledOff(reading, mentions) };
}

/** Candidates among what holds; what took another's place has what the text said of that one. */
function candidatesFor(field: Field, { reading, mentions, calledOff }: Source, choice: "one" | "list"): Candidate[] {
  const { replaced } = calledOff;
  const open = choice === "one" ? calledOff.open : [];
  if (replaced.length + open.length === 0 || asksForWhatWas(field)) return proposalsFor(field, reading, mentions);
  const off = [...replaced.map(({ old }) => old), ...open];
  const kept = replaced.flatMap(({ by }) => by ?? []);
  const all = proposalsFor(field, reading, mentions);
  return proposalsFor(field, reading, withoutSpans(mentions, off, kept)).map((candidate) => {
    const before = replaced.filter(({ by }) => by && overlaps(by, candidate)).map(({ old }) => old);
    const scores = all.filter((other) => before.some((old) => overlaps(old, other))).map(({ score }) => score);
    return { ...candidate, score: Math.max(candidate.score, ...scores.map((score) => score - INHERITED)) };
  });
}

function proposalsFor(field: Field, reading: Reading, mentions: Mentions): Candidate[] {
  const labels = labelPlaces(field, reading);
  const { type, schema } = field;
  const { format } = schema;
  if (type === "enum") return enumCandidates(field, reading, labels);
  if (type === "boolean") return booleanCandidates(field, reading, labels);
  if (type === "number" || type === "integer") return numberCandidates(field, { reading, mentions, labels });
  if (type !== "string") return [];
  if (format === "date" || format === "date-time" || format === "time")
    return dateCandidates(field, format, { reading, mentions, labels });
  return textCandidates(field, { reading, mentions, labels });
}

/** Gives each field its best candidate, best first over all fields, no text twice for one claim. */
function assign(fields: readonly Field[], source: Source): { values: Values; used: Span[] } {
  const values: Values = new Map();
  const used: Span[] = [];
  const claims = new Map<string, Span[]>();
  const proposals = fields
    .flatMap((field, order) => candidatesFor(field, source, "one").map((candidate) => ({ field, order, candidate })))
    .filter(({ candidate }) => candidate.score >= THRESHOLD)
    .sort(
      (a, b) => b.candidate.score - a.candidate.score || a.order - b.order || a.candidate.start - b.candidate.start,
    );
  for (const { field, candidate } of proposals) {
    const key = keyOf(field.path);
    const taken = candidate.claim ? (claims.get(candidate.claim) ?? []) : [];
    if (values.has(key) || taken.some((span) => overlaps(span, candidate))) continue;
    values.set(key, candidate.value);
    used.push(candidate);
    if (candidate.claim) claims.set(candidate.claim, [...taken, candidate]);
  }
  return { values, used };
}

interface BuildOptions {
  readonly root: Schema;
  readonly path: readonly string[];
  readonly required: boolean;
  readonly values: Values;
}

function build(schema: Schema, options: BuildOptions): Record<string, Json> | undefined {
  const { root, path, required, values } = options;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const needed = new Set(Array.isArray(schema.required) ? schema.required : []);
  const object: Record<string, Json> = {};
  let complete = true;
  for (const [name, child] of Object.entries(properties)) {
    const { schema: resolved, nullable } = resolveSchema(child, root);
    const own = [...path, name];
    const nested = resolved.type === "object" || (resolved.type === undefined && isObject(resolved.properties));
    const value = nested
      ? build(resolved, { ...options, path: own, required: required && needed.has(name) })
      : values.get(keyOf(own));
    if (value !== undefined) object[name] = value;
    else if (needed.has(name) && "const" in resolved) object[name] = resolved.const as Json;
    else if (needed.has(name) && nullable) object[name] = null;
    else if (needed.has(name)) complete = false;
  }
  if (required) return object;
  // An optional object with a hole in it would not validate, and one without any value is empty.
  return complete && Object.keys(object).length > 0 ? object : undefined;
}

function fill(
  schema: Schema,
  { root, part }: { readonly root: Schema; readonly part: boolean },
  reading: Reading,
): Record<string, Json> | undefined {
  const whole = { ...root, ...resolveSchema(schema, root).schema };
  const fields = fieldsOf(whole, reading.language);
  const source = readSource(reading);
  const { values, used } = assign(fields, source);
  const fillers: ItemFillers = {
    scalars: (field) => candidatesFor(field, source, "list"),
    object: (item, segment) => fill(item, { root, part: true }, segment),
  };
  for (const field of fields) {
    if (field.type !== "array") continue;
    const value = arrayValue(field, root, { reading, labels: labelPlaces(field, reading), fillers });
    if (value) values.set(keyOf(field.path), value);
  }
  if (part)
    remainder(fields, reading, {
      used,
      set: (field, text) => values.set(keyOf(field.path), text),
      isSet: (field) => values.has(keyOf(field.path)),
    });
  return build(whole, { root, path: [], required: !part, values });
}

/**
 * The object that the request makes of a schema, as far as it goes. The same request always gives the same object.
 * @param schema of type object, already inspected and compiled
 */
export const fillSchema = (schema: Schema, request: string, language: Language): Record<string, Json> =>
  fill(schema, { root: schema, part: false }, readRequest(request, language)) ?? {};

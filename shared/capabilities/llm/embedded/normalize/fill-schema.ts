/**
 * Fills a JSON Schema from a request by rules. Every value is taken from the request; what it does not hold is left
 * out, so that validation names a required field that is missing.
 *
 * @module
 */

import { isObject } from "../../../json-schema/json-pointer.ts";
import type { Language } from "../languages.ts";
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

function candidatesFor(field: Field, reading: Reading, mentions: Mentions): Candidate[] {
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
function assign(fields: readonly Field[], reading: Reading, mentions: Mentions): { values: Values; used: Span[] } {
  const values: Values = new Map();
  const used: Span[] = [];
  const claims = new Map<string, Span[]>();
  const proposals = fields
    .flatMap((field, order) =>
      candidatesFor(field, reading, mentions).map((candidate) => ({ field, order, candidate })),
    )
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
  const mentions = findMentions(reading);
  const { values, used } = assign(fields, reading, mentions);
  const fillers: ItemFillers = {
    scalars: (field) => candidatesFor(field, reading, mentions),
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

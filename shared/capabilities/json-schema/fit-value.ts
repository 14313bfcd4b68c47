/**
 * Puts right what a model nearly got right, where there is one way to do so: nothing is guessed, and what comes out
 * validates.
 *
 * @module
 */

import type { ErrorObject } from "ajv";
import { offsetOfDateTime, offsetOfTime } from "../../lib/zone-offset.ts";
import { ExactInteger } from "./exact-integer.ts";
import { escapeSegment, isObject, resolvePointer, splitPointer } from "./json-pointer.ts";

/** A value that was made to fit a schema, where that is unambiguous. */
export interface Fitted {
  readonly value: unknown;
  /** Of the value as it was given; empty when it fits now. */
  readonly errors: readonly ErrorObject[];
}

/** What a time without an offset is completed by. */
export interface KnownZone {
  /** An IANA name. */
  readonly name: string;
  /** Called when it was used. */
  readonly used: () => void;
}

/** One correction can bring the next fault to light. */
const MAX_ROUNDS = 3;
/** More digits than this are rounded by a number. */
const SAFE_DIGITS = 15;

/**
 * A deep copy of JSON; integers too large for a number become strings of their digits.
 * @param large is given where those are, by JSON pointer
 */
function copy(value: unknown, large: Map<string, string>, at = ""): unknown {
  if (value instanceof ExactInteger) {
    large.set(at, value.digits);
    return value.digits;
  }
  if (Array.isArray(value)) return value.map((child, index) => copy(child, large, `${at}/${index}`));
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, child]) => [key, copy(child, large, `${at}/${escapeSegment(key)}`)]));
}

/** Says about an integer that is too large why it does not fit: "must be integer" would puzzle whoever reads it. */
function explained(error: ErrorObject, large: ReadonlyMap<string, string>): ErrorObject {
  const digits = large.get(error.instancePath);
  if (digits === undefined || error.keyword !== "type") return error;
  return { ...error, message: `is ${digits}, which a number would round: let the schema ask for a string` };
}

const DATE_IN_TIME = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/i;
const TIME = /^(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?\s?(Z|[+-]\d{2}:\d{2})?$/i;

/** @returns undefined when there is no one way */
function inFormat(text: string, format: unknown, known: KnownZone | undefined): string | undefined {
  const trimmed = text.trim();
  if (format === "date") return DATE_IN_TIME.exec(trimmed)?.[1];
  if (format === "date-time" || format === "time") {
    const [, date, minutes, seconds = ":00", stated] = TIME.exec(trimmed) ?? [];
    if (!minutes || (format === "date-time") !== (date !== undefined)) return undefined;
    const local = `${date ? `${date}T` : ""}${minutes}${seconds}`;
    if (stated) return `${local}${stated.toUpperCase()}`;
    const offset = known && (date ? offsetOfDateTime(local, known.name) : offsetOfTime(known.name));
    if (offset === undefined) return undefined;
    known?.used();
    return `${local}${offset}`;
  }
  return trimmed === text ? undefined : trimmed;
}

function ofType(value: unknown, type: unknown): unknown {
  const types = Array.isArray(type) ? type : [type];
  if (typeof value === "number" && types.includes("string")) {
    return Number.isSafeInteger(value) ? String(value) : undefined;
  }
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (types.includes("boolean") && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && text.replace(/\D/g, "").length <= SAFE_DIGITS;
  const wantsNumber = types.includes("number") || (types.includes("integer") && !text.includes("."));
  return isNumber && wantsNumber ? Number(text) : undefined;
}

function oneOf(value: unknown, allowed: unknown): unknown {
  if (typeof value !== "string" || !Array.isArray(allowed)) return undefined;
  const folded = value.trim().toLowerCase();
  const same = allowed.filter((each) => typeof each === "string" && each.toLowerCase() === folded);
  return same.length === 1 ? same[0] : undefined;
}

/** What to put in the place of a value that an error is about. @returns undefined to leave it */
function corrected(value: unknown, { keyword, schema }: ErrorObject, known: KnownZone | undefined): unknown {
  if (keyword === "type") return ofType(value, schema);
  if (keyword === "enum") return oneOf(value, schema);
  if (keyword === "const") return oneOf(value, [schema]);
  if (keyword === "format" && typeof value === "string") return inFormat(value, schema, known);
  return undefined;
}

/** What a model writes where the text states nothing. */
const UNSTATED =
  /^(?:|-|null|none|nil|nan|n\/?a|unknown|undefined|not (?:specified|stated|given|mentioned|applicable|provided|available)|unbekannt|keine angabe|k\. ?a\.)$/i;

const folded = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, "");

/** Where a branch of the schema does not hold, another one may. */
const isInBranch = ({ schemaPath }: ErrorObject): boolean =>
  /\/(?:anyOf|oneOf|dependentSchemas)(?:\/|$)/.test(schemaPath);

/** A property that is not in the schema: `Name` and `first-name` are meant for `name` and `first_name`. */
function correctName(object: Record<string, unknown>, { params, parentSchema }: ErrorObject): boolean {
  const given: unknown = params.additionalProperty;
  const properties = parentSchema?.properties;
  if (typeof given !== "string" || !Object.hasOwn(object, given)) return false;
  const known = isObject(properties) ? Object.keys(properties) : [];
  const meant = known.filter((name) => folded(name) === folded(given));
  const [name] = meant;
  if (name === undefined || meant.length > 1 || Object.hasOwn(object, name)) return false;
  object[name] = object[given];
  return Reflect.deleteProperty(object, given);
}

/** Corrects one place of the value. @returns whether anything changed */
function correct(root: unknown, error: ErrorObject, known: KnownZone | undefined): boolean {
  if (/\/(?:not|if)(?:\/|$)/.test(error.schemaPath)) return false;
  if (error.keyword === "additionalProperties" && !isInBranch(error)) {
    const object = error.instancePath === "" ? root : resolvePointer(root, error.instancePath);
    return isObject(object) && correctName(object, error);
  }
  const segments = splitPointer(error.instancePath);
  const last = segments.at(-1);
  if (last === undefined) return false;
  const parent = resolvePointer(root, error.instancePath.slice(0, error.instancePath.lastIndexOf("/")));
  if (!isObject(parent) && !Array.isArray(parent)) return false;
  const value = Reflect.get(parent, last);
  // A model writes null for what the text does not state. If the property is required, validation reports it.
  if (value === null && !Array.isArray(parent)) return Reflect.deleteProperty(parent, last);
  if (typeof value === "string" && UNSTATED.test(value.trim()) && !Array.isArray(parent)) {
    const mayBeNull = [error.parentSchema?.type].flat().includes("null");
    return mayBeNull ? Reflect.set(parent, last, null) : Reflect.deleteProperty(parent, last);
  }
  const better = corrected(value, error, known);
  return better !== undefined && better !== value && Reflect.set(parent, last, better);
}

/**
 * | given | wanted | becomes |
 * |---|---|---|
 * | `null` | a property that is not required and may not be null | no property |
 * | a date-time | `format: date` | its date |
 * | a time without seconds, a date-time with a space | `format: time`, `date-time` | with seconds, with T |
 * | a time without an offset | the same, where a zone is known | with the offset that the zone has then, if it has one |
 * | `"12"`, `"true"` | a number, a boolean | 12, true |
 * | 12 | a string | `"12"` |
 * | `"High"` | an enum with `"high"` | `"high"` |
 * | an integer beyond 2^53 | a string | its digits |
 * | `"n/a"`, `"NaN"`, `""` | a number, a date, an enum | `null` where that is allowed, or else no property |
 * | `Name`, `first-name` | a closed object with `name`, `first_name` | the property's own name |
 *
 * @param errorsOf validates; its errors carry the schema's keyword value (Ajv's `verbose`)
 * @param known the zone of times that state no offset; without one they are left as they are
 */
export function fitValue(
  value: unknown,
  errorsOf: (value: unknown) => readonly ErrorObject[],
  known?: KnownZone,
): Fitted {
  const large = new Map<string, string>();
  const fitted = copy(value, large);
  const errors = errorsOf(fitted).map((error) => explained(error, large));
  let left: readonly ErrorObject[] = errors;
  for (let round = 0; left.length > 0 && round < MAX_ROUNDS; round++) {
    const changed = new Set<string>();
    for (const error of left) {
      if (!changed.has(error.instancePath) && correct(fitted, error, known)) changed.add(error.instancePath);
    }
    if (changed.size === 0) break;
    left = errorsOf(fitted);
  }
  return left.length === 0 ? { value: fitted, errors: [] } : { value: fitted, errors };
}

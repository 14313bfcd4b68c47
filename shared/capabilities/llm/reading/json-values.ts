/**
 * Finds the JSON values in an answer, wherever a model put them: alone, in fences, in prose, encoded twice.
 *
 * @module
 */

import { isObject } from "../../json-schema/json-pointer.ts";
import { JsonFault, readJson } from "./lenient-json.ts";

/** Places where a value may begin that are tried at most: what holds more braces than this is not an answer. */
const MAX_STARTS = 200;
const FENCE = /^[^\S\n]*(?:```|~~~)[^\n`]*\n([\s\S]*?)^[^\S\n]*(?:```|~~~)/gm;

/** The JSON values that an answer holds. */
export interface FoundValues {
  /** Most likely the answer first. */
  readonly values: readonly unknown[];
  /** A value began and did not end. */
  readonly isUnfinished: boolean;
}

/** `{"name"...` begins an object; `{name}` in prose does not. */
const BEGINS_JSON = /^(?:\{\s*(?:["'“„‘}]|[A-Za-z_]\w*\s*:)|\[\s*(?:["'[{\]\d-]|true|false|null))/;

/** Where the brackets that open at `at` close again, strings left out. @returns undefined when they do not */
function closingBracket(text: string, at: number): number | undefined {
  let depth = 0;
  for (const match of text.slice(at).matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (match[0] === "{" || match[0] === "[") depth += 1;
    else if (match[0] === "}" || match[0] === "]") depth -= 1;
    if (depth === 0) return at + match.index + 1;
  }
  return undefined;
}

interface Place {
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
}

/** Objects and arrays in the order in which they begin, also encoded in a string. A part of a broken or unfinished value is not a value itself. */
function scan(text: string): FoundValues & { readonly places: readonly Place[] } {
  const places: Place[] = [];
  const found = (isUnfinished: boolean) => ({ values: places.map(({ value }) => value), isUnfinished, places });
  const opening = /"(?=\s*[{[]\s*\\")|[{[]/g;
  for (let starts = 0; starts < MAX_STARTS; starts++) {
    const start = opening.exec(text)?.index;
    if (start === undefined) break;
    try {
      const { value: read, end } = readJson(text, start);
      const value = typeof read === "string" ? whole(read) : read;
      if (value === undefined) continue;
      places.push({ value, start, end });
      opening.lastIndex = end;
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      if (!BEGINS_JSON.test(text.slice(start, start + 200))) continue;
      const end = error.isUnfinished ? undefined : closingBracket(text, start);
      if (end === undefined) return found(true);
      opening.lastIndex = end;
    }
  }
  return found(false);
}

/** A value, and what stands between the one before and it. */
export interface PlacedValue {
  readonly lead: string;
  readonly value: unknown;
}

/** The objects and arrays of a text in the order in which they begin, fences and all. */
export function placedValues(text: string): PlacedValue[] {
  const placed: PlacedValue[] = [];
  let from = 0;
  for (const { value, start, end } of scan(text).places) {
    placed.push({ value, lead: text.slice(from, start).replace(/(?:```|~~~)\w*/g, " ") });
    from = end;
  }
  return placed;
}

/** A text that is one JSON value from end to end, or the inside of a JSON string: `{\"name\":...}`. */
function whole(text: string): unknown {
  for (const source of [text, /^\s*[{[]\s*\\"/.test(text) ? `"${text.trim()}"` : ""]) {
    try {
      const { value, end } = readJson(source);
      if (source.slice(end).trim() === "") return value;
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
    }
  }
  return undefined;
}

const isEmpty = (value: unknown): boolean =>
  (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);

/**
 * The JSON values in a text.
 * @param depth how often a value that is itself JSON in a string is opened
 */
export function jsonValues(text: string, depth = 2): FoundValues {
  const one = whole(text);
  if (typeof one === "string" && depth > 0) {
    const inner = jsonValues(one, depth - 1);
    return inner.values.length > 0 ? inner : { values: [one], isUnfinished: inner.isUnfinished };
  }
  if (one !== undefined) return { values: [one], isUnfinished: false };
  const fences = [...text.matchAll(FENCE)].map((match) => scan(match[1] ?? ""));
  const all = [...fences, scan(text)];
  const values = all.flatMap((found) => found.values);
  // `{}` and `[]` in prose fit any schema without required properties: only when there is nothing else.
  const sorted = [...values.filter((value) => !isEmpty(value)), ...values.filter(isEmpty)];
  return { values: sorted, isUnfinished: all.some((found) => found.isUnfinished) };
}

/**
 * What a value holds that was encoded once more, or the value itself.
 * @param begins how such a text begins: a list, an object or either
 */
export const decoded = (value: unknown, begins = /^\s*(?:```\w*\s*)?[{[]/): unknown =>
  typeof value === "string" && begins.test(value) ? (jsonValues(value).values[0] ?? value) : value;

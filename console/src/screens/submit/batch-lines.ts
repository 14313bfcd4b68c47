/**
 * The inputs of a batch as text: one JSON value a line (JSON Lines), or one JSON array of them.
 *
 * @module
 */

import type { ApiError } from "../../api/errors.ts";

/** As many as the API takes at once. */
export const MAX_INPUTS = 1_000;

/** The inputs of a batch, read from lines of JSON. */
export interface BatchInputs {
  readonly inputs: readonly unknown[];
  /** The line of each input, counted from 1; undefined when the text is an array. */
  readonly lines: readonly number[] | undefined;
  /** What cannot be read, in words. */
  readonly faults: readonly string[];
}

/** Faults shown at once: the first ones show what is wrong with the rest. */
const SHOWN_FAULTS = 10;

/** Reads inputs from lines of JSON. */
export function readInputs(text: string): BatchInputs {
  const whole = text.trim();
  const array = whole.startsWith("[") ? parse(whole) : undefined;
  if (Array.isArray(array?.value))
    return { inputs: array.value, lines: undefined, faults: countFaults(array.value.length) };
  const lines = text.split(/\r?\n/).flatMap((line, index) => (line.trim() === "" ? [] : [{ line, number: index + 1 }]));
  const read = lines.map(({ line, number }) => ({ number, parsed: parse(line) }));
  const unread = read.filter(({ parsed }) => parsed === undefined);
  return {
    inputs: read.map(({ parsed }) => parsed?.value),
    lines: read.map(({ number }) => number),
    faults: [
      ...unread.slice(0, SHOWN_FAULTS).map(({ number }) => `Line ${number} is not JSON.`),
      ...more(unread.length),
      ...countFaults(read.length),
    ],
  };
}

function countFaults(count: number): string[] {
  if (count === 0) return ["There is no input yet."];
  return count > MAX_INPUTS ? [`There are ${count} inputs; a batch takes ${MAX_INPUTS}. Submit them in parts.`] : [];
}

const more = (count: number): string[] => (count > SHOWN_FAULTS ? [`and ${count - SHOWN_FAULTS} more`] : []);

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** What the API refused, by line: `Line 3: /text must not be empty`. */
export function faultsByLine(fields: ApiError["fields"], { lines }: BatchInputs): string[] {
  const faults = fields.map(({ path, message }) => {
    const [, index, rest = ""] = /^\/inputs\/(\d+)(\/.*)?$/.exec(path) ?? [];
    if (index === undefined) return `${path} ${message}`;
    const place = lines ? `Line ${lines[Number(index)]}` : `Input ${Number(index) + 1}`;
    return `${place}: ${rest.slice(1)} ${message}`.replace(/ {2,}/g, " ");
  });
  return [...faults.slice(0, SHOWN_FAULTS), ...more(faults.length)];
}

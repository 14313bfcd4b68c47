/**
 * The caller's place in a distributed trace, as W3C Trace Context defines it (https://www.w3.org/TR/trace-context/).
 *
 * @module
 */

import { z } from "zod";

/**
 * Version, trace-id, parent-id and flags in lowercase hexadecimal; ids of zeros are invalid, as is version ff. Version 00
 * ends there, later ones may have more.
 */
const pattern =
  /^(?:00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}|(?!00|ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[\x21-\x7e]{0,200})?)$/;
/** Length of what all versions have. */
const KNOWN_CHARACTERS = 55;

/** A `traceparent` in a request body. */
export const traceparentSchema = z
  .string()
  .regex(pattern, "must be a traceparent of W3C Trace Context, such as 00-<32 hex digits>-<16 hex digits>-01");

/** A place in a trace. */
export interface TraceParent {
  /** As version 00, which is what a reader of a later version's must write. */
  readonly traceparent: string;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
}

/**
 * Reads a `traceparent`.
 * @returns undefined for one that is invalid: who reads such a header must ignore it and begin a new trace
 */
export function readTraceparent(given: string | undefined): TraceParent | undefined {
  if (given === undefined || !pattern.test(given)) return undefined;
  const traceparent = `00${given.slice(2, KNOWN_CHARACTERS)}`;
  return { traceparent, traceId: traceparent.slice(3, 35) };
}

/**
 * What was found of a schema: a tree of values with their places.
 *
 * @module
 */

import type { JsonObject } from "../json-schema/compile-schema.ts";
import type { Place } from "./parts.ts";

/** Any JSON value. */
export type Json = JsonObject[string];

/** A value that the document states. */
export interface Leaf {
  readonly kind: "leaf";
  readonly value: Json;
  /** How directly, 0 to 1. */
  readonly weight: number;
  /** Undefined for what the schema itself states (`const`). */
  readonly place: Place | undefined;
}

/** An object: properties without a value are not in it. */
export interface Branch {
  readonly kind: "object";
  readonly children: ReadonlyMap<string, Found>;
}

/** A list. */
export interface List {
  readonly kind: "list";
  readonly items: readonly Found[];
  /** Items that were left out, because the document does not state them. */
  readonly isShortened: boolean;
}

/** What was found of a schema or a part of it. */
export type Found = Leaf | Branch | List;

function together<Key, Value>(
  first: ReadonlyMap<Key, Value>,
  second: ReadonlyMap<Key, Value>,
  join: (a: Value, b: Value) => Value,
): ReadonlyMap<Key, Value> {
  const result = new Map(first);
  for (const [key, value] of second) {
    const known = result.get(key);
    result.set(key, known === undefined ? value : join(known, value));
  }
  return result;
}

/** A list without a value that it has already: the same plain value of two parts is one. */
function joined(first: List, second: List): List {
  const known = new Set(first.items.flatMap((each) => (each.kind === "leaf" ? [JSON.stringify(each.value)] : [])));
  const more = second.items.filter((each) => each.kind !== "leaf" || !known.has(JSON.stringify(each.value)));
  return { kind: "list", items: [...first.items, ...more], isShortened: first.isShortened || second.isShortened };
}

/**
 * What two parts of a document state, in the order of the document: of two values for one property, the one that is stated
 * more directly, or else the first; lists one after the other.
 */
export function merged(first: Found, second: Found): Found {
  if (first.kind === "object" && second.kind === "object") {
    return { kind: "object", children: together(first.children, second.children, merged) };
  }
  if (first.kind === "list" && second.kind === "list") return joined(first, second);
  if (first.kind === "leaf" && second.kind === "leaf") return second.weight > first.weight ? second : first;
  return first;
}

/** A corrected answer over the first one: what it lacks stays as it was. */
export function corrected(first: Found, second: Found): Found {
  if (first.kind === "object" && second.kind === "object") {
    return { kind: "object", children: together(first.children, second.children, corrected) };
  }
  if (first.kind === "list" && second.kind === "list")
    return second.items.length >= first.items.length ? second : first;
  return second;
}

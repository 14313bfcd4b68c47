/**
 * How large DynamoDB takes an item to be, and what it bills for it.
 *
 * @module
 */

import { dynamodb } from "./published.ts";

/**
 * Bytes of a value, as https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html counts
 * them: a number takes a byte for each two digits and one more, a map or list three and one for each element.
 */
function valueBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return Math.ceil(String(Math.abs(value)).replace(/^0|\.|0+$/g, "").length / 2) + 1;
  if (typeof value === "boolean" || value === null) return 1;
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, each) => sum + 1 + valueBytes(each), 0);
  if (typeof value === "object") return 3 + Object.keys(value).length + itemBytes(value as Record<string, unknown>);
  return 0;
}

/** Bytes of an item. Attributes without a value are not stored. */
export const itemBytes = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

/** Write units of an item. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / dynamodb.writeBytes));

/** Read units of one answer of an index, which is eventually consistent: half of what a consistent one takes. */
export const indexReadUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / dynamodb.readBytes)) / 2;

import type { JsonObject } from "../json-schema/compile-schema.ts";
import { isObject } from "../json-schema/json-pointer.ts";
import { resolveSchema } from "./embedded/normalize/fields.ts";
import { evidenceFor } from "./evidence.ts";
import { readEvidence } from "./evidence-reading.ts";

/**
 * The confidence of a normalized output: the mean, over its leaf values, of how well the request bears each one out.
 *
 * | evidence | weight |
 * |---|---|
 * | is in the request as it is | 1 |
 * | is there in another notation: a date, a number, a unit, a word form | 0.9 |
 * | follows from the words: an enum's synonym, a yes or no about a thing that the request speaks of | 0.7 |
 * | a part of its words is there | that part of 0.6 |
 * | none | 0 |
 *
 * A text or number that has no form of its own (as an address, an amount of money or a unit has) counts seven tenths of
 * that where nothing in the request names its property or introduces it ("I am Jane Porter"): it is there, but
 * nothing says what it is.
 *
 * It says how much of the output can be found in the request again, whoever made it, a model or the rules; it does not
 * say that a value landed in the right field. Null and `const` state nothing and are not counted. Without any value that
 * counts it is 0.
 */
export function confidenceOf(
  normalized: JsonObject,
  { request, language }: { readonly request: string; readonly language: string },
  schema: Record<string, unknown>,
): number {
  const reading = readEvidence(request, language);
  const weights: number[] = [];
  const visit = (value: unknown, name: string, subschema: unknown): void => {
    const part = resolveSchema(subschema, schema).schema;
    if (value === null || "const" in part) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item, name, part.items);
    } else if (isObject(value)) {
      const properties = isObject(part.properties) ? part.properties : {};
      for (const [key, child] of Object.entries(value)) visit(child, key, properties[key]);
    } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      weights.push(evidenceFor(value, { name, schema: part }, reading));
    }
  };
  visit(normalized, "", schema);
  if (weights.length === 0) return 0;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return Math.round(mean * 1_000) / 1_000;
}

import type { JsonObject } from "../json-schema/compile-schema.ts";
import { isObject } from "../json-schema/json-pointer.ts";
import { resolveSchema, type Schema } from "./embedded/normalize/fields.ts";
import { evidenceFor, isKnownByForm } from "./evidence.ts";
import { readEvidence } from "./evidence-reading.ts";
import { readTies } from "./evidence-ties.ts";

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
 * What is left is multiplied by how well the value is tied to its property (`evidence-ties.ts`): 0.4 where the text calls it
 * off or leaves it open, 0.6 where it stands at another property's name or is one of many that nothing decides between, 0.7
 * where another value of its kind is nearer to the property's name. Values with a form of their own, values that are
 * introduced, items of lists and booleans are not looked at for that.
 *
 * It says how much of the output can be found in the request again, whoever made it, a model or the rules, and warns of
 * values that are likely to be of another property; it does not prove that a value landed in the right one. Null and `const` state nothing and are not counted. Without any value that
 * counts it is 0.
 */
export function confidenceOf(
  normalized: JsonObject,
  source: { readonly request: string; readonly language: string },
  schema: Record<string, unknown>,
): number {
  const weights = weightsOf(normalized, source, schema);
  if (weights.length === 0) return 0;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return Math.round(mean * 1_000) / 1_000;
}

/** How well the request bears out each leaf value of a normalized output, from 0 to 1. */
function weightsOf(
  normalized: JsonObject,
  { request, language }: { readonly request: string; readonly language: string },
  schema: Record<string, unknown>,
): number[] {
  const reading = readEvidence(request, language);
  const ties = reading.known ? readTies(reading, schema) : undefined;
  const leaves: { path: readonly string[]; value: string | number | boolean; part: Schema; listed: boolean }[] = [];
  const visit = (value: unknown, place: { path: readonly string[]; subschema: unknown; listed: boolean }): void => {
    const part = resolveSchema(place.subschema, schema).schema;
    if (value === null || "const" in part) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item, { ...place, subschema: part.items, listed: true });
    } else if (isObject(value)) {
      const properties = isObject(part.properties) ? part.properties : {};
      for (const [key, child] of Object.entries(value))
        visit(child, { ...place, path: [...place.path, key], subschema: properties[key] });
    } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      leaves.push({ path: place.path, value, part, listed: place.listed });
    }
  };
  visit(normalized, { path: [], subschema: schema, listed: false });
  const taken = new Set<unknown>(leaves.map(({ value }) => value));
  return leaves.map(({ path, value, part, listed }) => {
    const name = path.at(-1) ?? "";
    const found = evidenceFor(value, { name, schema: part }, reading);
    const isTied = listed || typeof value === "boolean" || isKnownByForm(value, name, reading);
    const share = isTied ? 1 : (ties?.shareOf(value, path, taken) ?? 1);
    return found * share;
  });
}

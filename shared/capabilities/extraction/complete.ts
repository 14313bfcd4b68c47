/**
 * From what was found to what the task answers: data that fits the schema, with the places of its values and the fields that
 * have none.
 *
 * @module
 */

import { ValuesMissingError } from "../../../contracts/errors.ts";
import type { CompiledSchema, JsonObject } from "../json-schema/compile-schema.ts";
import { escapeSegment, isObject } from "../json-schema/json-pointer.ts";
import { resolveSchema, type Schema } from "../llm/embedded/normalize/fields.ts";
import type { Place } from "./parts.ts";
import type { Branch, Found, Json, Leaf } from "./tree.ts";

/** What was made of a document. */
export interface Extracted {
  readonly data: JsonObject;
  readonly evidence: readonly (Place & { readonly path: string })[];
  readonly confidence: number;
  readonly missing: readonly string[];
  /** That of times for which the document states no offset. */
  readonly assumed_time_zone?: string;
}

/** Fields named in an error. */
const MAX_NAMED = 20;

/** Where a value belongs. */
interface PropertyPlace {
  readonly given: unknown;
  readonly path: string;
  readonly isNeeded: boolean;
}

const isObjectSchema = (schema: Schema): boolean =>
  schema.type === "object" || (schema.type === undefined && isObject(schema.properties));

class Completion {
  readonly evidence: (Place & { readonly path: string })[] = [];
  readonly weights: number[] = [];
  readonly missing: string[] = [];
  /** Required, and neither there nor allowed to be null. */
  readonly lacking: string[] = [];
  readonly #root: Schema;

  constructor(root: Schema) {
    this.#root = root;
  }

  value(found: Found, given: unknown, path: string): Json | undefined {
    if (found.kind === "leaf") return this.#leaf(found, path);
    if (found.kind === "object") return this.object(found, given, path);
    return this.#list(found.items, found.isShortened, { given, path });
  }

  #leaf({ value, weight, place }: Leaf, path: string): Json {
    if (place) {
      this.evidence.push({ path, ...place });
      this.weights.push(weight);
    }
    return value;
  }

  object({ children }: Pick<Branch, "children">, given: unknown, path: string): JsonObject {
    const { schema } = resolveSchema(given, this.#root);
    const properties = isObject(schema.properties) ? schema.properties : {};
    const needed = new Set(Array.isArray(schema.required) ? schema.required : []);
    const result: JsonObject = {};
    for (const name of new Set([...Object.keys(properties), ...children.keys()])) {
      const own = `${path}/${escapeSegment(name)}`;
      const child = children.get(name);
      const declared = properties[name] ?? schema.additionalProperties;
      const place = { given: declared, path: own, isNeeded: needed.has(name) };
      const value = child ? this.#whole(child, place) : this.#without(place);
      if (value !== undefined) result[name] = value;
    }
    return result;
  }

  /** A value that lacks nothing it needs: an object with a hole in it would not validate. */
  #whole(found: Found, place: PropertyPlace): Json | undefined {
    const inner = new Completion(this.#root);
    const value = inner.value(found, place.given, place.path);
    if (inner.lacking.length === 0) {
      this.#take(inner);
      return value;
    }
    if (place.isNeeded && !resolveSchema(place.given, this.#root).nullable) this.lacking.push(...inner.lacking);
    // What was found of it is missing too, as it cannot be given.
    this.missing.push(...inner.missing, ...inner.evidence.map(({ path }) => path));
    return resolveSchema(place.given, this.#root).nullable ? null : undefined;
  }

  #take({ evidence, weights, missing }: Completion): void {
    for (const each of evidence) this.evidence.push(each);
    for (const each of weights) this.weights.push(each);
    for (const each of missing) this.missing.push(each);
  }

  #list(
    items: readonly Found[],
    isShortened: boolean,
    { given, path }: { readonly given: unknown; readonly path: string },
  ): Json[] {
    const { schema } = resolveSchema(given, this.#root);
    const values: Json[] = [];
    let isShorter = isShortened;
    for (const [index, item] of items.entries()) {
      const own = Array.isArray(schema.prefixItems) ? (schema.prefixItems[index] ?? schema.items) : schema.items;
      const inner = new Completion(this.#root);
      const value = inner.value(item, own, `${path}/${values.length}`);
      if (inner.lacking.length > 0 || value === undefined) {
        isShorter = true;
        continue;
      }
      values.push(value);
      this.#take(inner);
    }
    if (isShorter) this.missing.push(`${path}/-`);
    else if (values.length === 0) this.missing.push(path);
    return values;
  }

  /** What stands for a property without a value; its fields are noted as missing. */
  #without({ given, path, isNeeded }: PropertyPlace): Json | undefined {
    const { schema, nullable } = resolveSchema(given, this.#root);
    if ("const" in schema) return isNeeded ? (schema.const as Json) : undefined;
    if (isObjectSchema(schema)) {
      const inner = new Completion(this.#root);
      const empty = inner.object({ children: new Map() }, schema, path);
      this.missing.push(...inner.missing);
      if (nullable) return null;
      if (isNeeded) this.lacking.push(...inner.lacking);
      return isNeeded && inner.lacking.length === 0 ? empty : undefined;
    }
    this.missing.push(path);
    if (nullable) return null;
    if (!isNeeded) return undefined;
    if (schema.type === "array") return [];
    this.lacking.push(path);
    return undefined;
  }
}

const mean = (weights: readonly number[]): number =>
  weights.length === 0 ? 0 : weights.reduce((sum, weight) => sum + weight, 0) / weights.length;

/**
 * @throws ValuesMissingError when the document does not state what the schema requires
 * @throws SchemaValidationError when what it states does not fit
 */
export function completed(found: Branch, schema: CompiledSchema): Extracted {
  const completion = new Completion(schema.schema);
  const data = completion.object(found, schema.schema, "");
  const { evidence, weights, missing, lacking } = completion;
  if (lacking.length > 0) {
    const named = lacking.slice(0, MAX_NAMED).join(", ");
    const more = lacking.length > MAX_NAMED ? ` and ${lacking.length - MAX_NAMED} more` : "";
    throw new ValuesMissingError(
      `The document does not state what the schema requires: ${named}${more}. Let these be null or not required to get the rest.`,
    );
  }
  return {
    data: schema.validate(data),
    evidence,
    confidence: Math.round(mean(weights) * 1_000) / 1_000,
    missing: [...new Set(missing)],
  };
}

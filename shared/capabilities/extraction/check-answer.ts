/**
 * Looks for each value of an answer in the part of the document that it was made of.
 *
 * @module
 */

import { escapeSegment, isObject } from "../json-schema/json-pointer.ts";
import { resolveSchema, type Schema } from "../llm/embedded/normalize/fields.ts";
import type { PartReading } from "./part-reading.ts";
import { placeIn } from "./parts.ts";
import type { Branch, Found, Json } from "./tree.ts";
import { findValue } from "./values/find-value.ts";

/** A value that the document does not state. */
export interface Unsupported {
  /** JSON pointer into the answer. */
  readonly path: string;
  readonly value: unknown;
}

/** What is left of an answer, and what is not. */
export interface Checked {
  readonly found: Branch;
  readonly unsupported: readonly Unsupported[];
}

const UNIONS = ["allOf", "anyOf", "oneOf"];

/** The schema of a property wherever an object's schema has it: in itself, or in what it is made of. */
function propertySchema(schema: Schema, name: string, root: Schema): unknown {
  if (isObject(schema.properties) && Object.hasOwn(schema.properties, name)) return schema.properties[name];
  for (const keyword of UNIONS) {
    for (const branch of Array.isArray(schema[keyword]) ? schema[keyword] : []) {
      const found = isObject(branch) ? propertySchema(referred(branch, root), name, root) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

const referred = (schema: Schema, root: Schema): Schema =>
  typeof schema.$ref === "string" ? resolveSchema(schema, root).schema : schema;

/** Whether an object's schema names any property. */
const isDescribed = (schema: Schema): boolean =>
  isObject(schema.properties) || UNIONS.some((keyword) => Array.isArray(schema[keyword]));

class Check {
  readonly unsupported: Unsupported[] = [];
  readonly #reading: PartReading;
  readonly #root: Schema;

  constructor(reading: PartReading, root: Schema) {
    this.#reading = reading;
    this.#root = root;
  }

  object(value: Record<string, unknown>, given: unknown, path: string): Branch | undefined {
    const schema = isObject(given) ? referred(given, this.#root) : {};
    const children = new Map<string, Found>();
    for (const [name, child] of Object.entries(value)) {
      const own = `${path}/${escapeSegment(name)}`;
      const declared = propertySchema(schema, name, this.#root);
      if (declared === undefined && !this.#isStatedName(name, schema, own)) continue;
      const found = this.any(child, declared ?? schema.additionalProperties, { name, path: own });
      if (found) children.set(name, found);
    }
    return children.size > 0 || path === "" ? { kind: "object", children } : undefined;
  }

  /** A name that the schema leaves to the answer has to be in the document; beside names of the schema there is none. */
  #isStatedName(name: string, schema: Schema, path: string): boolean {
    if (isDescribed(schema) && !isObject(schema.additionalProperties)) return false;
    if (this.#reading.tokens.find(name.replaceAll("_", " ")).length > 0) return true;
    this.unsupported.push({ path, value: name });
    return false;
  }

  any(value: unknown, given: unknown, at: { readonly name: string; readonly path: string }): Found | undefined {
    if (value === null || value === undefined) return undefined;
    const { schema } = resolveSchema(given, this.#root);
    if (Array.isArray(value)) return this.#list(value, schema, at);
    if (isObject(value)) return this.object(value, given, at.path);
    if ("const" in schema) return { kind: "leaf", value: value as Json, weight: 1, place: undefined };
    if (typeof value === "string" && value.trim() === "") return undefined;
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
    const found = findValue({ value, name: at.name, schema }, this.#reading);
    if (found) {
      return { kind: "leaf", value, weight: found.weight, place: placeIn(this.#reading.part, found) };
    }
    this.unsupported.push({ path: at.path, value });
    return undefined;
  }

  #list(
    values: readonly unknown[],
    schema: Schema,
    { name, path }: { readonly name: string; readonly path: string },
  ): Found {
    const items: Found[] = [];
    let isShortened = false;
    for (const [index, value] of values.entries()) {
      const tuple = Array.isArray(schema.prefixItems) ? schema.prefixItems[index] : undefined;
      const found = this.any(value, tuple ?? schema.items, { name, path: `${path}/${index}` });
      if (found && isStated(found)) items.push(found);
      else if (value !== null) isShortened = true;
    }
    return { kind: "list", items, isShortened };
  }
}

/** Whether anything in it is in the document. */
function isStated(found: Found): boolean {
  if (found.kind === "leaf") return found.place !== undefined;
  return (found.kind === "list" ? found.items : [...found.children.values()]).some(isStated);
}

/**
 * @param answer an object that fits the schema, or would if values that are not there counted
 * @param schema as compileSchema brings it to 2020-12
 */
export function checkAnswer(answer: Record<string, unknown>, schema: Schema, reading: PartReading): Checked {
  const check = new Check(reading, schema);
  const found = check.object(answer, schema, "") ?? { kind: "object", children: new Map() };
  return { found, unsupported: check.unsupported };
}

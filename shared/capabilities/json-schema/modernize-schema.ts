/**
 * Brings what tools emit to JSON Schema 2020-12: drafts 04 to 2019-09 and OpenAPI 3.0. What already is 2020-12 stays as
 * it is.
 *
 * @module
 */

import { isObject } from "./json-pointer.ts";

type Schema = Record<string, unknown>;

/** Keywords that hold one subschema. */
const single = [
  "additionalProperties",
  "propertyNames",
  "unevaluatedProperties",
  "items",
  "additionalItems",
  "unevaluatedItems",
  "contains",
  "not",
  "if",
  "then",
  "else",
  "contentSchema",
];
/** Keywords that hold a list of subschemas. */
const lists = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];
/** Keywords that hold subschemas by name. */
const maps = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "dependencies"];

/** The keywords of JSON Schema that hold schemas, by the form in which they hold them. */
export const schemaKeywords = { single, lists, maps } as const;

/** Rebuilds a schema with each of its subschemas replaced. Numbers, lists of names and the like stay. */
export function mapSubschemas(schema: Schema, replace: (subschema: Schema) => unknown): Schema {
  const each = (value: unknown): unknown => (isObject(value) ? replace(value) : value);
  const byName = (map: Schema): Schema =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, each(value)]));
  const result: Schema = { ...schema };
  for (const keyword of single) if (isObject(schema[keyword])) result[keyword] = each(schema[keyword]);
  for (const keyword of lists) if (Array.isArray(schema[keyword])) result[keyword] = schema[keyword].map(each);
  for (const keyword of maps) if (isObject(schema[keyword])) result[keyword] = byName(schema[keyword]);
  // Where OpenAPI keeps its definitions.
  if (isObject(schema.components) && isObject(schema.components.schemas)) {
    result.components = { ...schema.components, schemas: byName(schema.components.schemas) };
  }
  return result;
}

/** Draft 04 and OpenAPI 3.0: `minimum: 0, exclusiveMinimum: true`. */
function exclusiveBounds(schema: Schema): Schema {
  const result = { ...schema };
  for (const [bound, exclusive] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"],
  ] as const) {
    if (typeof schema[exclusive] !== "boolean") continue;
    delete result[exclusive];
    if (!schema[exclusive] || typeof schema[bound] !== "number") continue;
    result[exclusive] = schema[bound];
    delete result[bound];
  }
  return result;
}

/** OpenAPI 3.0's `nullable`. */
function nullAllowed(schema: Schema): Schema {
  const { nullable, ...rest } = schema;
  if (nullable !== true) return typeof nullable === "boolean" ? rest : schema;
  if (typeof rest.type !== "string") return { anyOf: [rest, { type: "null" }] };
  const values = Array.isArray(rest.enum) && !rest.enum.includes(null) ? { enum: [...rest.enum, null] } : {};
  return { ...rest, ...values, type: [rest.type, "null"] };
}

/** Up to 2019-09, `items` may be a list and `additionalItems` says what follows it. */
function tuples(schema: Schema): Schema {
  if (!Array.isArray(schema.items)) return schema;
  const { items, additionalItems, ...rest } = schema;
  return { ...rest, prefixItems: items, ...(additionalItems === undefined ? {} : { items: additionalItems }) };
}

/** Draft 04's name of a schema, which is also how zod names a definition. */
function withoutId(schema: Schema): Schema {
  if (typeof schema.id !== "string") return schema;
  const { id: _, ...rest } = schema;
  return rest;
}

/** @param schema bounded in depth, as inspectSchema sees to */
export const modernizeSchema = (schema: Schema): Schema =>
  nullAllowed(tuples(exclusiveBounds(withoutId(mapSubschemas(schema, modernizeSchema)))));

/**
 * JSON Schemas of the OpenAPI description: made from zod's, with those that have a name kept in one place.
 *
 * @module
 */

import { z } from "zod";

/** Any JSON value. */
export type Json = z.core.util.JSONType;
/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** Collects the schemas that have a name (`.meta({ id })`) and refers to them. */
export class Components {
  readonly schemas: JsonObject = {};

  /**
   * @param io which side of defaults and transforms is meant: what a caller sends, or what the API answers
   * @throws Error when two different schemas have one name
   */
  schema(schema: z.ZodType, io: "input" | "output"): JsonObject {
    const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, { io, unrepresentable: "any", override: tidy });
    for (const [name, definition] of Object.entries($defs ?? {})) {
      if (!name.startsWith(ANY_JSON)) this.define(name, withNulls(pointToComponents(definition), io));
    }
    return asObject(withNulls(pointToComponents(root), io));
  }

  /** Gives a schema a name of its own here. */
  named(name: string, schema: z.ZodType, io: "input" | "output"): JsonObject {
    this.define(name, this.schema(schema, io));
    return { $ref: `#/components/schemas/${name}` };
  }

  /** @throws Error when another schema has the name */
  define(name: string, definition: Json): void {
    const known = this.schemas[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new Error(`Two different schemas are called ${name}.`);
    }
    this.schemas[name] = definition;
  }
}

/** zod's name for a recursive schema without an id: here those are `z.json()` alone, so any JSON will do. */
const ANY_JSON = "__schema";

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>["override"]>;

const tidy: Override = ({ zodSchema, jsonSchema }) => {
  if (zodSchema._zod.def.type === "lazy")
    for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
  // In a query, `true` and `false` are what z.stringbool() takes.
  if (zodSchema instanceof z.ZodCodec && zodSchema.def.out instanceof z.ZodBoolean) jsonSchema.type = "boolean";
  // Each key of a record of an enum by its name: generated clients then know them, too.
  const { propertyNames, required, additionalProperties } = jsonSchema;
  if (typeof propertyNames === "object" && propertyNames.enum && required && additionalProperties !== undefined) {
    jsonSchema.properties = Object.fromEntries(required.map((name) => [name, additionalProperties]));
    jsonSchema.additionalProperties = false;
    delete jsonSchema.propertyNames;
  }
  // Tools ask for a schema of the items of an array whose places are described, too; `maxItems` says that there are no others.
  // Where all places are alike, that is enough: openapi-fetch takes a tuple in an answer for an array.
  if (jsonSchema.prefixItems && jsonSchema.items === false) {
    const places = new Set(jsonSchema.prefixItems.map((place) => JSON.stringify(place)));
    const [only, ...more] = [...places].map((place): unknown => JSON.parse(place));
    Object.assign(jsonSchema, { items: more.length === 0 ? only : { anyOf: [only, ...more] } });
    if (more.length === 0) delete jsonSchema.prefixItems;
  }
  // The bounds of a safe integer say nothing about the field.
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
};

/** Copies a JSON Schema with its local references turned to the document's components. */
function pointToComponents(value: unknown): Json {
  if (Array.isArray(value)) return value.map(pointToComponents);
  if (typeof value !== "object" || value === null) return jsonValue.parse(value);
  const reference = "$ref" in value ? String(value.$ref) : "";
  if (reference.startsWith(`#/$defs/${ANY_JSON}`)) return {};
  if (reference) return { $ref: reference.replace("#/$defs/", "#/components/schemas/") };
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, pointToComponents(entry)]])),
  );
}

/** What a caller sends may hold null for each field that may be left out: the API leaves it out (optional-nulls.ts). */
function withNulls(value: Json, io: "input" | "output"): Json {
  if (io === "output" || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => withNulls(each, io));
  const entries = Object.entries(value).map(([key, entry]) => [key, key === "not" ? entry : withNulls(entry, io)]);
  const schema = asObject(Object.fromEntries(entries));
  if (schema.type !== "object") return schema;
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const properties = Object.entries(asObject(schema.properties ?? {})).map(([name, property]) => [
    name,
    required.has(name) ? property : orNull(asObject(property)),
  ]);
  return properties.length === 0 ? schema : { ...schema, properties: Object.fromEntries(properties) };
}

/** The schema with null beside what it takes. */
export function orNull(schema: JsonObject): JsonObject {
  const { description, default: initial, anyOf, ...rest } = schema;
  const options: Json[] = Array.isArray(anyOf) && Object.keys(rest).length === 0 ? anyOf : [asObject(schema)];
  if (options.some(takesNull)) return schema;
  const inner = options === anyOf ? options : [{ ...rest, ...(anyOf !== undefined && { anyOf }) }];
  return {
    ...(description !== undefined && { description }),
    // Generated clients do not take an object as the default of a choice; that it is optional means the same.
    ...(initial !== undefined && typeof initial !== "object" && { default: initial }),
    anyOf: [...inner, { type: "null" }],
  };
}

/** True for null, and for what takes any value. */
function takesNull(option: Json): boolean {
  const { type, $ref, anyOf, enum: values, const: value } = asObject(option);
  return type === "null" || [type, $ref, anyOf, values, value].every((each) => each === undefined);
}

const jsonValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** A JSON value as an object; an empty one when it is something else. */
export const asObject = (value: Json): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};

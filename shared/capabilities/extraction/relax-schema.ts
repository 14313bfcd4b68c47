/**
 * A schema as a document is read by: each value may be null, so that nothing has to be made up.
 *
 * @module
 */

import { isObject } from "../json-schema/json-pointer.ts";
import { mapSubschemas } from "../json-schema/modernize-schema.ts";

type Schema = Record<string, unknown>;

/** Keywords that ask for more than a part of a document may hold. */
const DEMANDS = new Set(
  "required minProperties minItems contains minContains maxContains dependentRequired dependentSchemas dependencies if then else not".split(
    " ",
  ),
);

function orNull(schema: unknown): unknown {
  if (!isObject(schema) || "const" in schema || Object.keys(schema).length === 0) return schema;
  const { type, enum: values, anyOf } = schema;
  const types = Array.isArray(type) ? type : [type];
  const isEnum = Array.isArray(values);
  if (isEnum && (type === undefined || typeof type === "string" || Array.isArray(type))) {
    return {
      ...schema,
      enum: values.includes(null) ? values : [...values, null],
      ...(type !== undefined && { type: types.includes("null") ? types : [...types, "null"] }),
    };
  }
  if (
    type !== undefined &&
    !("$ref" in schema) &&
    !("oneOf" in schema) &&
    !("anyOf" in schema) &&
    !("allOf" in schema)
  ) {
    return types.includes("null") ? schema : { ...schema, type: [...types, "null"] };
  }
  if (Array.isArray(anyOf) && type === undefined) {
    const hasNull = anyOf.some((branch) => isObject(branch) && branch.type === "null");
    return hasNull ? schema : { ...schema, anyOf: [...anyOf, { type: "null" }] };
  }
  return { anyOf: [schema, { type: "null" }] };
}

/**
 * @param schema as compileSchema brings it to 2020-12
 * @param asksForAll whether each property is to be there, if only as null: a model that has to name each overlooks none
 */
export function relaxed(schema: Schema, asksForAll: boolean): Schema {
  const mapped = mapSubschemas(schema, (child) => relaxed(child, asksForAll));
  const kept: Schema = Object.fromEntries(Object.entries(mapped).filter(([keyword]) => !DEMANDS.has(keyword)));
  if (!isObject(kept.properties)) return kept;
  const properties = Object.fromEntries(Object.entries(kept.properties).map(([name, child]) => [name, orNull(child)]));
  return { ...kept, properties, ...(asksForAll && { required: Object.keys(properties) }) };
}

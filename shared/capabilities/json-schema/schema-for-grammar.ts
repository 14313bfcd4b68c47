/**
 * A schema as it is sent to a model server, which turns it into a grammar. The answer is validated against the whole
 * schema all the same.
 *
 * @module
 */

import { isObject, resolvePointer } from "./json-pointer.ts";
import { hasLookaround } from "./lookahead.ts";
import { mapSubschemas } from "./modernize-schema.ts";
import { asObjectSchema } from "./object-schema.ts";

type Schema = Record<string, unknown>;

/** Servers want the root to be of type object, and to find it there. */
function atRoot(schema: Schema): Schema {
  const { $ref: reference, ...rest } = schema;
  if (typeof reference !== "string") return schema;
  const target = resolvePointer(schema, reference.slice(1));
  return isObject(target) ? atRoot({ ...target, ...rest }) : schema;
}

function without(schema: Schema, drop: (keyword: string, value: unknown) => boolean): Schema {
  const children = mapSubschemas(schema, (child) => without(child, drop));
  return Object.fromEntries(Object.entries(children).filter(([keyword, value]) => !drop(keyword, value)));
}

const isUnsendable = (keyword: string, value: unknown): boolean =>
  keyword === "pattern" && typeof value === "string" && hasLookaround(value);

const isPattern = (keyword: string): boolean =>
  ["pattern", "format", "patternProperties", "propertyNames"].includes(keyword);

/** @param schema as compileSchema gives it @param takesPatterns whether the server compiles patterns and formats */
export const schemaForGrammar = (schema: Schema, takesPatterns: boolean): Schema =>
  without(asObjectSchema(atRoot(schema)), takesPatterns ? isUnsendable : isPattern);

/** Whether leaving out patterns and formats would change the schema. */
export const hasPatterns = (schema: Schema): boolean =>
  JSON.stringify(schemaForGrammar(schema, true)) !== JSON.stringify(schemaForGrammar(schema, false));

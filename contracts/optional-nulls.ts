/**
 * Null for a field that may be left out means that it is left out: many clients send it so.
 *
 * @module
 */

import { z } from "zod";

/**
 * Leaves out each field that is null where the schema takes the field's absence, but not null. Whatever does not fit the
 * schema otherwise is returned as it is, for the schema to refuse.
 * @param schema of what a caller sends
 * @param value as parsed from JSON; it is not changed
 */
export function withoutOptionalNulls(schema: z.core.$ZodType, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = withoutWrappers(schema);
    return items instanceof z.ZodArray ? value.map((item) => withoutOptionalNulls(items.element, item)) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const object = objectOf(withoutWrappers(schema));
  if (object === undefined) return value;
  if (object instanceof z.ZodRecord) {
    return mapFields(value, (_, field) => withoutOptionalNulls(object.valueType, field));
  }
  const { shape } = object;
  return mapFields(value, (name, field) => {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (known === undefined) return field;
    return field === null && isOptional(known) ? undefined : withoutOptionalNulls(known, field);
  });
}

/** True when a field may be left out and null says just that. */
const isOptional = (field: z.core.$ZodType): boolean =>
  z.safeParse(field, undefined).success && !z.safeParse(field, null).success;

/** The schema that says which fields a value has, below what makes it optional, gives it a default or transforms it. */
function withoutWrappers(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return withoutWrappers(schema.def.innerType);
  }
  return schema instanceof z.ZodPipe ? withoutWrappers(schema.def.in) : schema;
}

/** What describes an object: of a union, its only member that does. */
function objectOf(schema: z.core.$ZodType): z.ZodObject | z.ZodRecord | undefined {
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return schema;
  if (!(schema instanceof z.ZodUnion)) return undefined;
  const found = schema.options.flatMap((option) => objectOf(withoutWrappers(option)) ?? []);
  return found.length === 1 ? found[0] : undefined;
}

function mapFields(value: object, of: (name: string, field: unknown) => unknown): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    const kept = of(name, field);
    // Not by assignment: that would lose a field called __proto__, which a strict schema is to refuse.
    if (kept !== undefined) Object.defineProperty(fields, name, { value: kept, ...plain });
  }
  return fields;
}

const plain = { enumerable: true, writable: true, configurable: true } as const;

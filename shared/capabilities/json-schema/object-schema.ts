/**
 * A schema that says it describes an object, as model servers want it: one without a `type` gets it.
 * @param schema that {@link compileSchema} takes
 */
export const asObjectSchema = (schema: Record<string, unknown>): Record<string, unknown> =>
  schema.type === undefined ? { type: "object", ...schema } : schema;

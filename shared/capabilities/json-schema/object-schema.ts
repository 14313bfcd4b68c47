/**
 * A schema with `type: object`, as model servers require it: one without a `type` gets it.
 * @param schema that {@link compileSchema} takes
 */
export const asObjectSchema = (schema: Record<string, unknown>): Record<string, unknown> =>
  schema.type === undefined ? { type: "object", ...schema } : schema;

import { type CompiledSchema, compileSchema } from "../json-schema/compile-schema.ts";
import { relaxed } from "./relax-schema.ts";

/** A schema in the forms that extraction works with. */
export interface ExtractionSchemas {
  readonly schema: CompiledSchema;
  /** What an answer has to fit. */
  readonly answer: CompiledSchema;
  /** What the model is asked to fit. */
  readonly asked: Record<string, unknown>;
}

/** @throws RefusedSchemaError for a schema that cannot be used */
export function extractionSchemas(given: Record<string, unknown>): ExtractionSchemas {
  const schema = compileSchema(given, "/schema");
  const answer = compileSchema(relaxed(schema.schema, false), "/schema");
  return { schema, answer, asked: relaxed(schema.schema, true) };
}

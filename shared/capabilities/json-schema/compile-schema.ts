/**
 * Compiles the JSON Schemas that users send, and validates what a model made of them.
 *
 * @module
 */

import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { z } from "zod";
import { InvalidInputError, SchemaValidationError } from "../../../contracts/errors.ts";
import { inspectSchema } from "./inspect-schema.ts";
import { escapeSegment, isObject } from "./json-pointer.ts";
import { linearPattern } from "./linear-pattern.ts";
import { RefusedSchemaError } from "./refused-schema-error.ts";

export type JsonObject = Record<string, z.core.util.JSONType>;

export interface CompiledSchema {
  /**
   * @returns the value, known to be an object that validates
   * @throws SchemaValidationError that names every place that does not, by JSON pointer
   */
  validate(value: unknown): JsonObject;
}

/** Ajv takes any engine with this shape; ours never sees a pattern that inspectSchema refused. */
const regExp = Object.assign(
  (source: string) => {
    const pattern = linearPattern(source);
    if (typeof pattern === "string") throw new InvalidInputError(`The pattern ${source} ${pattern}`);
    return pattern;
  },
  { code: "linearPattern" },
);

const options: Options = {
  // Every fault at once, and no opinion on keywords that JSON Schema lets anyone add.
  allErrors: true,
  strict: false,
  logger: false,
  // "constructor" is only there when the value has it itself.
  ownProperties: true,
  code: { regExp },
};

interface Dialect {
  /** Knows the dialect's own schema, which is costly to compile and therefore kept. */
  readonly meta: Ajv | Ajv2020;
  /** For one schema: kept, it would grow with every schema seen. */
  make(): Ajv | Ajv2020;
}

const forOneSchema: Options = { ...options, meta: false, validateSchema: false };

/** The dialects that are taken; without `$schema` it is 2020-12. */
const dialects: Record<string, Dialect> = {
  "https://json-schema.org/draft/2020-12/schema": {
    meta: new Ajv2020(options),
    make: () => new Ajv2020(forOneSchema),
  },
  "http://json-schema.org/draft-07/schema": { meta: new Ajv(options), make: () => new Ajv(forOneSchema) },
};
for (const { meta } of Object.values(dialects)) formats.default(meta);
const DEFAULT_DIALECT = "https://json-schema.org/draft/2020-12/schema";

function dialectOf(schema: Record<string, unknown>, at: string): Dialect {
  const { $schema: dialect = DEFAULT_DIALECT } = schema;
  const key =
    typeof dialect === "string" ? dialect.replace(/#$/, "").replace(/^https:\/\/(?=.*draft-07)/, "http://") : "";
  const known = Object.hasOwn(dialects, key) ? dialects[key] : undefined;
  if (!known) throw new RefusedSchemaError(`${at}/$schema`, "must be JSON Schema 2020-12 or draft-07");
  return known;
}

const MAX_FAULTS = 10;

/** `/due_date is required` instead of Ajv's "must have required property" at the parent. */
function describe(error: ErrorObject): string {
  const { instancePath, keyword, params, message } = error;
  if (keyword === "required") return `${instancePath}/${escapeSegment(String(params.missingProperty))} is required`;
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
    const extra = String(params.additionalProperty ?? params.unevaluatedProperty);
    return `${instancePath}/${escapeSegment(extra)} is not allowed`;
  }
  const allowed = keyword === "enum" ? `: ${JSON.stringify(params.allowedValues)}` : "";
  return `${instancePath || "/"} ${message ?? keyword}${allowed}`;
}

function describeAll(errors: readonly ErrorObject[]): string {
  const faults = [...new Set(errors.map(describe))];
  const more = faults.length > MAX_FAULTS ? `; and ${faults.length - MAX_FAULTS} more` : "";
  return faults.slice(0, MAX_FAULTS).join("; ") + more;
}

function compile(schema: Record<string, unknown>, at: string): ValidateFunction {
  const { meta, make } = dialectOf(schema, at);
  // Neither name is needed any more, and both would change how references resolve.
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  if (!meta.validateSchema(rest)) {
    const [fault] = meta.errors ?? [];
    throw new RefusedSchemaError(
      `${at}${fault?.instancePath ?? ""}`,
      `is not JSON Schema: ${fault?.message ?? "invalid"}`,
    );
  }
  try {
    const ajv = make();
    formats.default(ajv);
    return ajv.compile(rest);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "invalid";
    throw new RefusedSchemaError(at, `cannot be compiled: ${reason}`, { cause });
  }
}

/** By the schema object, so that the steps of one job compile it once and nothing outlives the job. */
const compiled = new WeakMap<Record<string, unknown>, CompiledSchema>();

/**
 * Checks and compiles a user's JSON Schema.
 * @param at the JSON pointer of the schema in the input, for error messages
 * @throws RefusedSchemaError that names the part of the schema that is refused
 */
export function compileSchema(schema: Record<string, unknown>, at: string): CompiledSchema {
  const known = compiled.get(schema);
  if (known) return known;
  inspectSchema(schema, at);
  const check = compile(schema, at);
  const result: CompiledSchema = {
    validate(value) {
      if (!check(value))
        throw new SchemaValidationError(`The output does not validate: ${describeAll(check.errors ?? [])}`);
      if (!isObject(value)) throw new SchemaValidationError("The output is not an object.");
      return value as JsonObject;
    },
  };
  compiled.set(schema, result);
  return result;
}

/**
 * Compiles the JSON Schemas that users send, and validates what a model made of them.
 *
 * @module
 */

import type { ErrorObject, Options, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { z } from "zod";
import { InvalidInputError, SchemaValidationError } from "../../../contracts/errors.ts";
import { fitValue, type KnownZone } from "./fit-value.ts";
import { inspectSchema } from "./inspect-schema.ts";
import { escapeSegment, isObject } from "./json-pointer.ts";
import { linearPattern } from "./linear-pattern.ts";
import { modernizeSchema } from "./modernize-schema.ts";
import { RefusedSchemaError } from "./refused-schema-error.ts";

/** A JSON object. */
export type JsonObject = Record<string, z.core.util.JSONType>;

/** A compiled JSON Schema: validates a value and says what is wrong with it. */
export interface CompiledSchema {
  /**
   * @returns the value, known to be an object that validates
   * @throws SchemaValidationError that names every place that does not, by JSON pointer
   */
  validate(value: unknown): JsonObject;
  /**
   * As `validate`, for a value that nearly fits: what can be put right without a guess is put right (fitValue).
   * @param known the zone of times that state no offset
   * @throws SchemaValidationError that names every place of the value, as it was given, that does not fit
   */
  fit(value: unknown, known?: KnownZone): JsonObject;
  /** As 2020-12, without `$schema` and `$id`. */
  readonly schema: Record<string, unknown>;
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

/** Knows 2020-12's own schema, which is costly to compile and therefore kept. */
const meta = new Ajv2020(options);
formats.default(meta);
/** For one schema: kept, it would grow with every schema seen. */
const forOneSchema: Options = { ...options, meta: false, validateSchema: false, verbose: true };

/** The dialects that are taken; each is brought to 2020-12. */
const DIALECT =
  /^https?:\/\/(?:json-schema\.org\/(?:draft-0[467]|draft\/(?:2019-09|2020-12))\/schema|spec\.openapis\.org\/oas\/3\.\d\/.*)#?$/;

function checkDialect({ $schema: dialect }: Record<string, unknown>, at: string): void {
  if (dialect === undefined || (typeof dialect === "string" && DIALECT.test(dialect))) return;
  throw new RefusedSchemaError(`${at}/$schema`, "must be JSON Schema draft-04, -06, -07, 2019-09 or 2020-12");
}

const MAX_FAULTS = 10;

/** Formats whose whole form few know by their names: a time without an offset is none. */
const examples: ReadonlyMap<unknown, string> = new Map([
  ["date", "2026-11-28"],
  ["time", "09:30:00Z or 09:30:00+01:00"],
  ["date-time", "2026-11-28T09:30:00Z or 2026-11-28T09:30:00+01:00"],
  ["duration", "PT30M"],
]);

const NAIVE = /^(?:\d{4}-\d{2}-\d{2}[T ])?\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

/** `/due_date is required` instead of Ajv's "must have required property" at the parent. */
function describe(error: ErrorObject): string {
  const { instancePath, keyword, params, message, data } = error;
  if (keyword === "required") return `${instancePath}/${escapeSegment(String(params.missingProperty))} is required`;
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
    const extra = String(params.additionalProperty ?? params.unevaluatedProperty);
    return `${instancePath}/${escapeSegment(extra)} is not allowed`;
  }
  const example = keyword === "format" ? examples.get(params.format) : undefined;
  if (example && typeof data === "string" && /time/.test(String(params.format)) && NAIVE.test(data.trim()))
    return (
      `${instancePath || "/"} ${message}, as in ${example}: ${data.trim()} states no offset from UTC. ` +
      "Where the time zone is not known, leave the format out of the schema"
    );
  if (example) return `${instancePath || "/"} ${message}, as in ${example}`;
  const allowed = keyword === "enum" ? `: ${JSON.stringify(params.allowedValues)}` : "";
  return `${instancePath || "/"} ${message ?? keyword}${allowed}`;
}

function describeAll(errors: readonly ErrorObject[]): string {
  const faults = [...new Set(errors.map(describe))];
  const more = faults.length > MAX_FAULTS ? `; and ${faults.length - MAX_FAULTS} more` : "";
  return faults.slice(0, MAX_FAULTS).join("; ") + more;
}

function compile(schema: Record<string, unknown>, at: string): ValidateFunction {
  if (!meta.validateSchema(schema)) {
    const [fault] = meta.errors ?? [];
    throw new RefusedSchemaError(
      `${at}${fault?.instancePath ?? ""}`,
      `is not JSON Schema: ${fault?.message ?? "invalid"}`,
    );
  }
  try {
    const ajv = new Ajv2020(forOneSchema);
    formats.default(ajv);
    return ajv.compile(schema);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "invalid";
    throw new RefusedSchemaError(at, `cannot be compiled: ${reason}`, { cause });
  }
}

/** By the schema object, so that the steps of one job compile it once and nothing outlives the job. */
const compiled = new WeakMap<Record<string, unknown>, CompiledSchema>();

const refuse = (errors: readonly ErrorObject[]): never => {
  throw new SchemaValidationError(`The output does not validate: ${describeAll(errors)}`);
};

/**
 * Checks and compiles a user's JSON Schema.
 * @param at the JSON pointer of the schema in the input, for error messages
 * @throws RefusedSchemaError that names the part of the schema that is refused
 */
export function compileSchema(schema: Record<string, unknown>, at: string): CompiledSchema {
  const known = compiled.get(schema);
  if (known) return known;
  checkDialect(schema, at);
  inspectSchema(schema, at);
  // Neither name is needed any more, and both would change how references resolve.
  const { $schema: _dialect, $id: _id, ...modern } = modernizeSchema(schema);
  const check = compile(modern, at);
  const errorsOf = (value: unknown): readonly ErrorObject[] => (check(value) ? [] : (check.errors ?? []));
  const result: CompiledSchema = {
    schema: modern,
    validate(value) {
      const errors = errorsOf(value);
      if (errors.length > 0) refuse(errors);
      if (!isObject(value)) throw new SchemaValidationError("The output is not an object.");
      return value as JsonObject;
    },
    fit(value, known) {
      const { value: fitted, errors } = fitValue(value, errorsOf, known);
      if (errors.length > 0) refuse(errors);
      if (!isObject(fitted)) throw new SchemaValidationError("The output is not an object.");
      return fitted as JsonObject;
    },
  };
  compiled.set(schema, result);
  return result;
}

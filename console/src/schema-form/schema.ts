/**
 * Reads the JSON Schemas of the API's description: what a form needs to know of each field, and nothing more.
 *
 * @module
 */

type JsonObject = { readonly [key: string]: unknown };

/** Whether a value is an object, not null and not an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How a field is edited. */
export type FieldKind = "text" | "long-text" | "integer" | "number" | "boolean" | "choice" | "object" | "list" | "json";

/** A field of a form, read from JSON Schema. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly default: unknown;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly maxLength: number | undefined;
  readonly pattern: string | undefined;
  /** Of a choice. */
  readonly choices: readonly unknown[];
  /** Of an object. */
  readonly fields: readonly Field[];
  /** Of a list. */
  readonly item: Field | undefined;
}

/** A field that may be left out, of a form that no schema describes. */
export const plainField = <Name extends string>(
  name: Name,
  kind: FieldKind,
  { description, choices = [] }: { readonly description: string; readonly choices?: readonly string[] },
): Field & { readonly name: Name } => ({
  name,
  kind,
  description,
  required: false,
  default: undefined,
  minimum: undefined,
  maximum: undefined,
  maxLength: undefined,
  pattern: undefined,
  choices,
  fields: [],
  item: undefined,
});

/** A task as the form shows it. */
export interface TaskForm {
  readonly name: string;
  readonly description: string;
  readonly input: Field;
}

/** A text without a bound, or with a large one, gets several lines. */
const ONE_LINE_CHARACTERS = 200;
/** Deeper levels of a schema are edited as JSON, where a form would not help. */
const MAX_DEPTH = 4;

/**
 * The tasks that the API's description names, each with a path of its own.
 * @param openApi the document at /openapi.json
 */
export function readTasks(openApi: unknown): TaskForm[] {
  if (!isObject(openApi) || !isObject(openApi.paths)) return [];
  return Object.entries(openApi.paths).flatMap(([path, methods]) => {
    const name = /\/tasks\/([^/{}]+)$/.exec(path)?.[1];
    const body = at(methods, ["post", "requestBody", "content", "application/json", "schema", "properties", "input"]);
    if (name === undefined || body === undefined) return [];
    const description = at(methods, ["post", "description"]);
    return [
      {
        name,
        description: typeof description === "string" ? description.replace(/ Its result is an? \w+\.$/, "") : "",
        input: readField("input", body, { openApi, required: true, depth: 0 }),
      },
    ];
  });
}

interface Context {
  readonly openApi: unknown;
  readonly required: boolean;
  readonly depth: number;
}

/** Reads a field from its JSON Schema. */
export function readField(name: string, given: unknown, context: Context): Field {
  const schema = resolve(given, context.openApi);
  const number = (key: string) => (typeof schema[key] === "number" ? schema[key] : undefined);
  const text = (key: string) => (typeof schema[key] === "string" ? schema[key] : undefined);
  const inside = { ...context, depth: context.depth + 1 };
  const kind = context.depth >= MAX_DEPTH ? "json" : kindOf(schema);
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return {
    name,
    kind,
    // What has a default may be left out, whatever the schema says.
    required: context.required && schema.default === undefined,
    description: text("description"),
    default: schema.default,
    minimum: number("minimum") ?? number("exclusiveMinimum"),
    maximum: number("maximum") ?? number("exclusiveMaximum"),
    maxLength: number("maxLength"),
    pattern: text("pattern"),
    choices: Array.isArray(schema.enum) ? schema.enum : [],
    fields:
      kind === "object" && isObject(schema.properties)
        ? Object.entries(schema.properties).map(([key, property]) =>
            readField(key, property, { ...inside, required: required.has(key) }),
          )
        : [],
    item: kind === "list" ? readField("", schema.items, { ...inside, required: true }) : undefined,
  };
}

function kindOf(schema: JsonObject): FieldKind {
  if (Array.isArray(schema.enum) && schema.enum.every((value) => typeof value !== "object")) return "choice";
  switch (schema.type) {
    case "string":
      return isOneLine(schema) ? "text" : "long-text";
    case "integer":
    case "number":
    case "boolean":
      return schema.type;
    case "array":
      return isObject(schema.items) ? "list" : "json";
    case "object":
      return isObject(schema.properties) && Object.keys(schema.properties).length > 0 ? "object" : "json";
    default:
      return "json";
  }
}

const isOneLine = (schema: JsonObject): boolean =>
  typeof schema.maxLength === "number"
    ? schema.maxLength <= ONE_LINE_CHARACTERS
    : typeof schema.pattern === "string" || typeof schema.format === "string" || schema.default !== undefined;

/** Follows local references; a schema that is null or something else takes the something else. */
function resolve(given: unknown, openApi: unknown, hops = 0): JsonObject {
  if (!isObject(given) || hops > 8) return {};
  if (typeof given.$ref === "string" && given.$ref.startsWith("#/")) {
    const target = at(openApi, given.$ref.slice(2).split("/").map(unescapeToken));
    const { $ref: _, ...beside } = given;
    return { ...resolve(target, openApi, hops + 1), ...beside };
  }
  if (Array.isArray(given.anyOf)) {
    const others = given.anyOf.filter((one) => !isObject(one) || one.type !== "null");
    const { anyOf: _, ...beside } = given;
    if (others.length === 1) return { ...resolve(others[0], openApi, hops + 1), ...beside };
  }
  return given;
}

/** RFC 6901, 4. */
const unescapeToken = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

function at(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) current = isObject(current) ? current[key] : undefined;
  return current;
}

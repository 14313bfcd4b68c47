import { describe, expect, test } from "vitest";
import { InvalidInputError, SchemaValidationError } from "../../../contracts/errors.ts";
import { compileSchema } from "../../../shared/capabilities/json-schema/compile-schema.ts";

const validate = (schema: Record<string, unknown>, value: unknown) => compileSchema(schema, "/schema").validate(value);
const object = (properties: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  type: "object",
  properties,
  ...rest,
});

describe("a value", () => {
  const schema = object(
    {
      email: { type: "string", format: "email" },
      due: { type: "string", format: "date" },
      priority: { enum: ["low", "high"] },
      address: object({ zip: { type: "string", pattern: "^\\d{5}$" } }, { required: ["zip"] }),
    },
    { required: ["email", "address"], additionalProperties: false },
  );

  test("that validates is returned", () => {
    const value = { email: "a@b.org", due: "2026-05-03", priority: "low", address: { zip: "53111" } };

    expect(validate(schema, value)).toBe(value);
  });

  test.each([
    [{ address: { zip: "53111" } }, "/email is required"],
    [{ email: "nobody", address: { zip: "53111" } }, "/email must match format"],
    [{ email: "a@b.org", address: {} }, "/address/zip is required"],
    [{ email: "a@b.org", address: { zip: "x" } }, "/address/zip must match pattern"],
    [{ email: "a@b.org", address: { zip: "53111" }, due: "3 May" }, '/due must match format "date", as in 2026-11-28'],
    [
      { email: "a@b.org", address: { zip: "53111" }, priority: "mid" },
      '/priority must be equal to one of the allowed values: ["low","high"]',
    ],
    [{ email: "a@b.org", address: { zip: "53111" }, extra: 1 }, "/extra is not allowed"],
    [[], "must be object"],
  ])("%j is refused by pointer", (value, message) => {
    expect(() => validate(schema, value)).toThrow(SchemaValidationError);
    expect(() => validate(schema, value)).toThrow(message);
  });

  test("without an offset is no time, and the message shows one", () => {
    const times = object({ at: { type: "string", format: "time" } });

    expect(() => validate(times, { at: "09:30:00" })).toThrow(
      '/at must match format "time", as in 09:30:00Z or 09:30:00+01:00',
    );
    expect(validate(times, { at: "09:30:00+01:00" })).toEqual({ at: "09:30:00+01:00" });
  });

  test("that only inherits a required property is refused", () => {
    expect(() => validate(object({}, { required: ["constructor"] }), {})).toThrow("/constructor is required");
  });
});

test("draft-07 and 2020-12 each read their own keywords", () => {
  const draft7 = {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...object({ pair: { type: "array", items: [{ type: "string" }] } }),
  };
  const draft2020 = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...object({ pair: { type: "array", prefixItems: [{ type: "string" }] } }),
  };

  expect(() => validate(draft7, { pair: [1] })).toThrow("/pair/0");
  expect(() => validate(draft2020, { pair: [1] })).toThrow("/pair/0");
});

test("references inside the schema are followed", () => {
  const schema = {
    $id: "https://example.com/x",
    ...object({ a: { $ref: "#/$defs/t" } }, { $defs: { t: { type: "integer" } } }),
  };

  expect(validate(schema, { a: 1 })).toEqual({ a: 1 });
  expect(() => validate(schema, { a: "1" })).toThrow("/a must be integer");
});

function chain(length: number): Record<string, unknown> {
  const definitions: Record<string, unknown> = { d0: { type: "string" } };
  for (let level = 1; level <= length; level++) {
    definitions[`d${level}`] = { allOf: [{ $ref: `#/$defs/d${level - 1}` }, { $ref: `#/$defs/d${level - 1}` }] };
  }
  return object({ a: { $ref: `#/$defs/d${length}` } }, { $defs: definitions });
}

function nested(depth: number): Record<string, unknown> {
  let schema: Record<string, unknown> = { type: "string" };
  for (let level = 0; level < depth; level++) schema = object({ a: schema });
  return schema;
}

const deepDefault = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
};

describe("a schema is refused", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["without type object", { type: "array" }, "/schema/type"],
    ["with a remote reference", object({ a: { $ref: "https://example.com/s.json" } }), "/schema/properties/a/$ref"],
    ["with a file reference", object({ a: { $ref: "file:///etc/passwd" } }), "/schema/properties/a/$ref"],
    ["with a reference to nothing", object({ a: { $ref: "#/$defs/none" } }), "/schema/properties/a/$ref"],
    ["that refers to itself", object({ a: { $ref: "#" } }), "/schema/properties/a/$ref"],
    ["that refers to itself in place", { type: "object", allOf: [{ $ref: "#" }] }, "/schema/allOf/0/$ref"],
    ["that would validate asynchronously", { ...object({}), $async: true }, "/schema/$async"],
    ["with a dynamic reference", object({ a: { $dynamicRef: "#x" } }), "/schema/properties/a/$dynamicRef"],
    ["with a name inside", object({ a: { $id: "https://example.com/a" } }), "/schema/properties/a/$id"],
    ["with a backreference", object({ a: { pattern: "(a)\\1" } }), "/schema/properties/a/pattern"],
    ["with a lookahead", object({ a: { pattern: "(?=a)b" } }), "/schema/properties/a/pattern"],
    [
      "with a pattern that repeats repetitions",
      object({ a: { pattern: "((a{9}){99}){99}" } }),
      "/schema/properties/a/pattern",
    ],
    [
      "with too many large patterns",
      object(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`p${at}`, { pattern: "a{999}" }]))),
      "one pattern too many",
    ],
    ["with a broken pattern name", { ...object({}), patternProperties: { "(": {} } }, "/schema/patternProperties/("],
    ["with references that multiply", chain(10), "/schema has more than"],
    ["nested too deep", nested(28), "lies deeper than 24"],
    ["with a value nested too deep", object({ a: { default: deepDefault(10_000) } }), "/schema is nested deeper"],
    [
      "too large",
      object({ a: { enum: Array.from({ length: 9_000 }, (_, at) => `value ${at}`) } }),
      "/schema is larger",
    ],
    ["in an unknown dialect", { ...object({}), $schema: "https://example.com/my" }, "/schema/$schema"],
    ["that is not JSON Schema", object({ a: { type: "text" } }), "/schema/properties/a/type"],
    ["with a property that is not a schema", object({ a: 5 }), "/schema/properties/a"],
  ])("%s", (_, schema, pointer) => {
    expect(() => compileSchema(schema, "/schema")).toThrow(InvalidInputError);
    expect(() => compileSchema(schema, "/schema")).toThrow(pointer);
  });
});

test("a pattern that is exponential for a backtracking engine ends at once", () => {
  const schema = object({ a: { type: "string", pattern: "^(a+)+$" } });

  expect(() => validate(schema, { a: `${"a".repeat(5_000)}!` })).toThrow("/a must match pattern");
});

test("two patterns of one schema are told apart", () => {
  const schema = object({ a: { pattern: "^x" }, b: { pattern: "^y" } });

  expect(validate(schema, { a: "x", b: "y" })).toEqual({ a: "x", b: "y" });
  expect(() => validate(schema, { a: "y", b: "y" })).toThrow("/a");
});

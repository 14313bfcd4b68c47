/**
 * Schemas as tools emit them: taken as they are, and meaning what they say.
 *
 * @module
 */

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileSchema } from "../../../shared/capabilities/json-schema/compile-schema.ts";
import { schemaForGrammar } from "../../../shared/capabilities/json-schema/schema-for-grammar.ts";

type Schema = Record<string, unknown>;
const accepts = (schema: Schema, value: unknown): boolean => {
  try {
    compileSchema(schema, "/schema").validate(value);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "SchemaValidationError") return false;
    throw error;
  }
};

/** As `Order.model_json_schema()` of Pydantic 2.12 writes it. */
const pydantic: Schema = {
  $defs: {
    Color: { enum: ["red", "blue"], title: "Color", type: "string" },
    Item: {
      properties: {
        sku: { title: "Sku", type: "string" },
        price: {
          anyOf: [{ type: "number" }, { pattern: "^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$", type: "string" }],
          title: "Price",
        },
      },
      required: ["sku", "price"],
      title: "Item",
      type: "object",
    },
  },
  properties: {
    day: { format: "date", title: "Day", type: "string" },
    at: { anyOf: [{ format: "time", type: "string" }, { type: "null" }], default: null, title: "At" },
    lasts: { format: "duration", title: "Lasts", type: "string" },
    color: { $ref: "#/$defs/Color", default: "red" },
    items: { items: { $ref: "#/$defs/Item" }, title: "Items", type: "array" },
    pair: {
      maxItems: 2,
      minItems: 2,
      prefixItems: [{ type: "integer" }, { type: "string" }],
      title: "Pair",
      type: "array",
    },
  },
  required: ["day", "items"],
  title: "Order",
  type: "object",
};

describe("Pydantic", () => {
  test("models with enums, optionals, decimals, dates and nested models", () => {
    const order = {
      day: "2026-11-28",
      at: null,
      lasts: "PT5M",
      color: "blue",
      items: [{ sku: "a", price: "12.50" }],
      pair: [1, "x"],
    };
    expect(accepts(pydantic, order)).toBe(true);
    expect(accepts(pydantic, { ...order, items: [{ sku: "a", price: "+" }] })).toBe(false);
    expect(accepts(pydantic, { ...order, color: "green" })).toBe(false);
    expect(accepts(pydantic, { ...order, pair: ["x", 1] })).toBe(false);
  });

  test("a model that is a reference, which a server gets as an object", () => {
    const root = { $ref: "#/$defs/Item", $defs: pydantic.$defs };
    expect(accepts(root, { sku: "a", price: 1 })).toBe(true);
    expect(accepts(root, { price: 1 })).toBe(false);
    const sent = schemaForGrammar(compileSchema(root, "/schema").schema, true);
    expect(sent).toMatchObject({ type: "object", required: ["sku", "price"] });
    expect(JSON.stringify(sent)).not.toContain("(?!");
  });

  test("a recursive model is refused by its name", () => {
    const node = { type: "object", properties: { children: { type: "array", items: { $ref: "#/$defs/Node" } } } };
    expect(() => compileSchema({ $ref: "#/$defs/Node", $defs: { Node: node } }, "/schema")).toThrow(
      /#\/\$defs\/Node.*recursive/,
    );
  });
});

describe("zod", () => {
  const User = z
    .object({
      email: z.email(),
      id: z.uuid(),
      born: z.iso.date().optional(),
      seen: z.iso.datetime({ offset: true }).nullable(),
      lasts: z.iso.duration().optional(),
      host: z.hostname().optional(),
      tags: z.array(z.string()).max(3),
      kind: z.discriminatedUnion("type", [
        z.object({ type: z.literal("a"), n: z.int() }),
        z.object({ type: z.literal("b"), s: z.string().regex(/^x+$/) }),
      ]),
      pair: z.tuple([z.number(), z.string()]),
      scores: z.record(z.string(), z.number()),
    })
    .meta({ id: "User" });
  const good = {
    email: "ann@example.com",
    id: "7d444840-9dc0-41d1-b245-5ffdce74fad2",
    seen: null,
    lasts: "P1DT2H",
    host: "example.com",
    tags: ["x"],
    kind: { type: "a", n: 1 },
    pair: [1, "x"],
    scores: { a: 1 },
  };

  test.each(["draft-2020-12", "draft-7", "draft-4", "openapi-3.0"] as const)("objects as %s", (target) => {
    const schema = z.toJSONSchema(User, { target }) as Schema;
    expect(accepts(schema, good)).toBe(true);
    for (const [name, value] of [
      ["email", "ann"],
      ["kind", { type: "b", s: "y" }],
      // OpenAPI 3.0 knows no tuples: zod writes a list of either.
      ["pair", target === "openapi-3.0" ? [true, 1] : ["x", 1]],
      ["seen", "yesterday"],
      ["tags", ["1", "2", "3", "4"]],
      ["lasts", "P"],
    ] as const) {
      expect(accepts(schema, { ...good, [name]: value }), name).toBe(false);
    }
  });

  test("a union of objects", () => {
    const schema = z.toJSONSchema(z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])) as Schema;
    expect(accepts(schema, { a: "x" })).toBe(true);
    expect(accepts(schema, { c: "x" })).toBe(false);
  });
});

describe("OpenAPI 3.0 and old drafts", () => {
  const openapi: Schema = {
    type: "object",
    properties: {
      name: { type: "string", nullable: true, example: "Ann" },
      size: { type: "string", enum: ["s", "m"], nullable: true },
      owner: { nullable: true, allOf: [{ $ref: "#/components/schemas/Owner" }] },
      share: {
        type: "number",
        minimum: 0,
        exclusiveMinimum: true,
        maximum: 1,
        exclusiveMaximum: false,
        format: "float",
      },
    },
    components: { schemas: { Owner: { type: "object", properties: { id: { type: "integer", format: "int64" } } } } },
  };

  test("nullable, exclusive bounds and components", () => {
    expect(accepts(openapi, { name: null, size: null, owner: null, share: 1 })).toBe(true);
    expect(accepts(openapi, { owner: { id: 1 } })).toBe(true);
    expect(accepts(openapi, { owner: { id: "1" } })).toBe(false);
    expect(accepts(openapi, { share: 0 })).toBe(false);
    expect(accepts(openapi, { share: 1.5 })).toBe(false);
  });

  test("draft-04 with id, lists in items and definitions", () => {
    const schema: Schema = {
      $schema: "http://json-schema.org/draft-04/schema#",
      id: "https://example.com/pair",
      type: "object",
      properties: {
        pair: { type: "array", items: [{ $ref: "#/definitions/count" }], additionalItems: false },
        id: { type: "string" },
      },
      definitions: { count: { type: "integer", minimum: 0, exclusiveMinimum: true } },
    };
    expect(accepts(schema, { pair: [1], id: "x" })).toBe(true);
    expect(accepts(schema, { pair: [0] })).toBe(false);
    expect(accepts(schema, { pair: [1, 2] })).toBe(false);
    expect(accepts(schema, { id: 5 })).toBe(false);
  });
});

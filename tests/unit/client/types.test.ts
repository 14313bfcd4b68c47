import { describe, expect, it } from "vitest";
import { apiTypes, taskTypes } from "../../../client/generate/api-types.ts";
import { typeText } from "../../../client/generate/schema-text.ts";
import { catalog } from "../../../contracts/catalog.ts";
import { API_PREFIX, fullPath } from "../../../contracts/routes/define-route.ts";
import { routeNames, routeOf } from "../../../contracts/routes/routes.ts";
import { buildOpenApi } from "../../../functions/api/openapi/openapi.ts";

describe("the type of a schema", () => {
  it.each([
    [{ type: "integer", minimum: 1 }, "number"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ enum: ["a", 1] }, '"a" | 1'],
    [{ const: true }, "true"],
    [{}, "unknown"],
    [{ anyOf: [{ type: "string" }, { type: "string", format: "uri" }, { type: "null" }] }, "string | null"],
    [{ oneOf: [{ type: "string" }, {}] }, "unknown"],
    [{ type: "array", items: { anyOf: [{ type: "string" }, { type: "number" }] } }, "(string | number)[]"],
    [
      { type: "array", items: { type: "object", additionalProperties: { type: ["string", "null"] } } },
      "Record<string, string | null>[]",
    ],
    [{ type: "array", items: { type: "number" }, minItems: 2, maxItems: 2 }, "[number, number]"],
    [{ type: "array", items: { type: "number" }, minItems: 1, maxItems: 2 }, "number[]"],
    [
      { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: { type: "null" } },
      "[string, number, ...null[]]",
    ],
    [
      { allOf: [{ $ref: "#/components/schemas/Job" }, { anyOf: [{ type: "string" }, { type: "null" }] }] },
      "Job & (string | null)",
    ],
    [{ type: "object", additionalProperties: false }, "Record<string, never>"],
    [{ type: "object" }, "Record<string, unknown>"],
    [{ $ref: "#/components/schemas/a-b" }, "a_b"],
    [{ oneOf: [{ $ref: "#/A" }, { $ref: "#/B" }], discriminator: { mapping: { a: "#/A" } } }, "B"],
    [{ oneOf: [{ $ref: "#/A" }, { $ref: "#/B" }], discriminator: { mapping: { a: "#/A", b: "#/B" } } }, "A | B"],
  ])("%j is %s", (schema, text) => {
    expect(typeText(schema)).toBe(text);
  });

  it("of an object has its properties, and a comment cannot end early", () => {
    const properties = { a: { type: "string", description: "One */ two" }, "b-c": { type: "number" } };
    expect(typeText({ type: "object", properties, required: ["a"], additionalProperties: {} })).toBe(
      '{\n  /** One *\\/ two */\n  a: string;\n  "b-c"?: number | undefined;\n  [name: string]: unknown;\n}',
    );
  });
});

describe("the types of this API", () => {
  const document = buildOpenApi(catalog);

  it("have every task and every route", () => {
    const text = apiTypes(document);
    for (const name of catalog.taskNames) expect(text).toMatch(new RegExp(`^  ${name}: \\{$`, "m"));
    for (const route of routeNames.map(routeOf)) {
      const path = fullPath(route, route.path).replaceAll("+}", "}");
      expect(text).toContain(`  "${route.method} ${path}": {\n`);
    }
    expect(text).not.toContain(`POST ${API_PREFIX}/tasks/summarize`);
  });

  it("of the tasks alone hold nothing else", () => {
    const text = taskTypes(document);
    expect(text).toContain("export type SummarizeInput = {");
    expect(text).not.toContain("Routes");
    expect(text).not.toContain("DayUsage");
  });

  it("are not made of a document that is not Sluice's", () => {
    expect(() => taskTypes({ openapi: "3.1.0", paths: { "/pets": { get: {} } } })).toThrow(/lists no tasks/);
  });
});

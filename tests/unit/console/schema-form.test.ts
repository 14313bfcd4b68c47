import { describe, expect, it } from "vitest";
import { fromDraft, placeErrors, shownPaths, toDraft } from "../../../console/src/schema-form/draft.ts";
import { type Field, readField, readTasks } from "../../../console/src/schema-form/schema.ts";
import { catalog } from "../../../contracts/catalog.ts";
import { buildOpenApi } from "../../../functions/api/openapi/openapi.ts";

const { taskNames } = catalog;

const fieldOf = (schema: unknown, openApi: unknown = {}): Field =>
  readField("input", schema, { openApi, required: true, depth: 0 });

const childOf = (field: Field | undefined, name: string): Field => {
  const child = field?.fields.find((each) => each.name === name);
  if (!child) throw new Error(`There is no field ${name}.`);
  return child;
};

describe("the forms of the tasks", () => {
  const tasks = readTasks(buildOpenApi(catalog));

  it("are one for each task of the catalog, and none for other routes", () => {
    expect(tasks.map((task) => task.name).sort()).toEqual([...taskNames].sort());
  });

  it("have the fields of the task's schema, with defaults and bounds", () => {
    const summarize = tasks.find((task) => task.name === "summarize");

    expect(summarize?.description).toBe(catalog.tasks.summarize.description);
    expect(childOf(summarize?.input, "text")).toMatchObject({ kind: "long-text", required: true });
    expect(childOf(summarize?.input, "max_length")).toMatchObject({
      kind: "integer",
      required: false,
      default: 150,
      minimum: 5,
      maximum: 2_000,
    });
    expect(childOf(summarize?.input, "language")).toMatchObject({ kind: "text", default: "auto" });
  });

  it("take a JSON Schema as JSON", () => {
    const normalize = tasks.find((task) => task.name === "normalize");

    expect(childOf(normalize?.input, "schema").kind).toBe("json");
  });
});

describe("reading a schema", () => {
  it("follows references, takes what may also be null, and stops at a loop", () => {
    const openApi = {
      components: { schemas: { "a/b": { type: "integer" }, loop: { $ref: "#/components/schemas/loop" } } },
    };
    const schema = {
      type: "object",
      properties: {
        named: { $ref: "#/components/schemas/a~1b", description: "Given here." },
        optional: { anyOf: [{ type: "string", maxLength: 9 }, { type: "null" }] },
        loop: { $ref: "#/components/schemas/loop" },
        either: { anyOf: [{ type: "string" }, { type: "number" }] },
      },
    };

    const field = fieldOf(schema, openApi);

    expect(childOf(field, "named")).toMatchObject({ kind: "integer", description: "Given here." });
    expect(childOf(field, "optional")).toMatchObject({ kind: "text", maxLength: 9 });
    expect(childOf(field, "loop").kind).toBe("json");
    expect(childOf(field, "either").kind).toBe("json");
  });
});

const nested = fieldOf({
  type: "object",
  required: ["name", "items"],
  properties: {
    name: { type: "string", maxLength: 50 },
    size: { type: "number" },
    urgent: { type: "boolean", default: false },
    colour: { type: "string", enum: ["red", "blue"] },
    "odd/name": { type: "object", properties: { level: { type: "integer" } } },
    items: {
      type: "array",
      items: { type: "object", required: ["sku"], properties: { sku: { type: "string", maxLength: 9 } } },
    },
    extra: {},
  },
});

describe("a draft", () => {
  const value = {
    name: "Ada",
    size: 1.5,
    urgent: true,
    colour: "blue",
    "odd/name": { level: 3 },
    items: [{ sku: "a" }, { sku: "b" }],
    extra: { any: [1, null] },
  };

  it("gives back the value that it was made of", () => {
    expect(fromDraft(nested, toDraft(nested, value), "/input")).toEqual({ value, errors: {} });
  });

  it("leaves out what was left empty, and sends an empty text that is needed", () => {
    const read = fromDraft(nested, toDraft(nested), "/input");

    expect(read).toEqual({ value: { name: "", urgent: false, items: [] }, errors: {} });
  });

  it("says at its place what cannot be read", () => {
    const draft = toDraft(nested, value);
    const broken = { ...(draft as Record<string, never>), size: "big", "odd/name": { level: "x" }, extra: "{" };

    const { errors } = fromDraft(nested, broken, "/input");

    expect(Object.keys(errors).sort()).toEqual(["/input/extra", "/input/odd~1name/level", "/input/size"]);
  });
});

describe("the API's messages", () => {
  const shown = new Set(shownPaths(nested, toDraft(nested, { items: [{ sku: "a" }] }), "/input"));

  it("go to the field that they name", () => {
    const { at, elsewhere } = placeErrors([{ path: "/input/items/0/sku", message: "too short" }], shown);

    expect(at).toEqual({ "/input/items/0/sku": "too short" });
    expect(elsewhere).toEqual([]);
  });

  it("go to the field that holds what they name", () => {
    const { at } = placeErrors([{ path: "/input/extra/any/1", message: "must be a number" }], shown);

    expect(at).toEqual({ "/input/extra": "/any/1: must be a number" });
  });

  it("are not lost when no field fits", () => {
    const { at, elsewhere } = placeErrors([{ path: "/callback_url", message: "is not built yet" }], shown);

    expect(at).toEqual({});
    expect(elsewhere).toEqual(["/callback_url: is not built yet"]);
  });
});

describe("an object that may be left out", () => {
  const { input: form } = readTasks(buildOpenApi(catalog)).find(({ name }) => name === "escalate") ?? {};
  if (!form) throw new Error("There is no form of escalate.");
  const draft = toDraft(form, { subject: "Publish?", reason: "Odd figures." });

  it("is left out while nothing is typed into it, though its own fields are needed", () => {
    expect(fromDraft(form, draft, "/input").value).toEqual({
      subject: "Publish?",
      reason: "Odd figures.",
      payload: null,
    });
  });

  it("is sent when something is", () => {
    const given = toDraft(form, { subject: "Publish?", reason: "Odd figures.", notify: { url: "https://a.de" } });
    expect(fromDraft(form, given, "/input").value).toMatchObject({ notify: { url: "https://a.de" } });
  });
});

/**
 * What the API refuses of a task's input before a job is made: a job that can only fail is a dead letter for nothing.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import { readTaskInputs } from "../../../functions/api/submit-request.ts";
import { ProblemError } from "../../../shared/lib/http/problem.ts";

const { tasks } = catalog;
const asked = { services: { webhookSettings: { WEBHOOK_ALLOW_HTTP: false, WEBHOOK_ALLOW_LOOPBACK: false } } };

const request = "Two adults, arriving on 3 May 2026.";
const normalize = (...schemas: readonly unknown[]) =>
  readTaskInputs(
    tasks.normalize,
    schemas.map((schema, index) => ({ at: ["inputs", index], given: { request, schema } })),
    asked,
  );

async function faultsOf(reading: Promise<unknown>) {
  const error = await reading.catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemError)) throw new Error("It was not refused.", { cause: error });
  expect(error.status).toBe(422);
  return error.errors ?? [];
}

describe("a JSON Schema in an input", () => {
  it("is taken without a type, as the API that Sluice replaces takes it", async () => {
    const schema = { properties: { adults: { type: "integer" }, date: { type: "string" } }, required: ["adults"] };

    await expect(normalize(schema)).resolves.toEqual([{ request, schema }]);
  });

  it.each([
    [{ type: "array" }, "/type", "object"],
    [{ properties: { a: { type: "text" } } }, "/properties/a/type", "not JSON Schema"],
    [{ properties: { a: { $ref: "https://example.com/a.json" } } }, "/properties/a/$ref", "inside the schema"],
    [{ properties: { "a/b": { pattern: "(" } } }, "/properties/a~1b/pattern", ""],
    [{ $schema: "http://json-schema.org/draft-03/schema#" }, "/$schema", "2020-12"],
  ])("%j is refused at %s", async (schema, path, message) => {
    const [fault, ...more] = await faultsOf(normalize(schema));

    expect(fault).toEqual({ path: `/inputs/0/schema${path}`, message: expect.stringContaining(message) });
    expect(more).toEqual([]);
  });

  it("is refused for each input of a batch, at its place", async () => {
    const [good, bad] = [{ properties: {} }, { type: "string" }];

    const faults = await faultsOf(normalize(good, bad, good, bad));

    expect(faults.map((fault) => fault.path)).toEqual(["/inputs/1/schema/type", "/inputs/3/schema/type"]);
  });
});

describe("null for a field that may be left out", () => {
  it("is left out, at every depth", async () => {
    const items = [{ project_id: "p", description: "A bridge.", metadata: null }];

    await expect(
      readTaskInputs(
        tasks.summarize,
        [{ at: ["input"], given: { text: request, max_length: null, language: null } }],
        asked,
      ),
    ).resolves.toEqual([{ text: request }]);
    await expect(
      readTaskInputs(tasks.batch_generate_embeddings, [{ at: ["input"], given: { items } }], asked),
    ).resolves.toEqual([{ items: [{ project_id: "p", description: "A bridge." }] }]);
  });

  it("is kept where it is a value", async () => {
    const schema = { properties: { a: { enum: ["x", null] } }, default: null };

    await expect(normalize(schema)).resolves.toEqual([{ request, schema }]);
  });

  it("is refused where the field is required", async () => {
    const reading = readTaskInputs(tasks.summarize, [{ at: ["input"], given: { text: null } }], asked);

    expect(await faultsOf(reading)).toMatchObject([{ path: "/input/text" }]);
  });

  it("stands for no input at all where the task needs none", async () => {
    await expect(readTaskInputs(tasks.health_check, [{ at: ["input"], given: null }], asked)).resolves.toEqual([{}]);
    await expect(readTaskInputs(tasks.health_check, [{ at: ["input"], given: undefined }], asked)).resolves.toEqual([
      {},
    ]);
    expect(await faultsOf(readTaskInputs(tasks.summarize, [{ at: ["input"], given: null }], asked))).toMatchObject([
      { path: "/input" },
    ]);
  });

  it("does not let an unknown field through, whatever it is called", async () => {
    const given = JSON.parse('{"text":"Water.","__proto__":null,"extra":null}');
    const faults = await faultsOf(readTaskInputs(tasks.summarize, [{ at: ["input"], given }], asked));

    expect(faults.map((fault) => fault.path)).toContain("/input/extra");
  });
});

describe("the URL that is told of an escalation", () => {
  const escalations = (...urls: readonly string[]) =>
    readTaskInputs(
      tasks.escalate,
      urls.map((url, index) => ({
        at: ["inputs", index],
        given: { subject: "Publish?", reason: "It is new.", notify: { url } },
      })),
      asked,
    );

  it("is refused where the stage would not call it, at its place", async () => {
    const faults = await faultsOf(
      escalations(
        "https://example.com/hook",
        "http://example.com/hook",
        "https://10.0.0.1/",
        "hook",
        "https://a:b@c.de/",
      ),
    );

    expect(faults.map(({ path }) => path)).toEqual([1, 2, 3, 4].map((index) => `/inputs/${index}/notify/url`));
    expect(faults[0]?.message).toContain("https");
  });

  it("may be of this machine where the stage says so", async () => {
    const given = { subject: "Publish?", reason: "It is new.", notify: { url: "http://127.0.0.1:9000/hook" } };
    const settings = { WEBHOOK_ALLOW_HTTP: false, WEBHOOK_ALLOW_LOOPBACK: true };

    await expect(
      readTaskInputs(tasks.escalate, [{ at: ["input"], given }], { services: { webhookSettings: settings } }),
    ).resolves.toEqual([given]);
  });
});

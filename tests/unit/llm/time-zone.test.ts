/**
 * Times without an offset where the stage has a time zone: by the embedded engine, in requests and in documents.
 *
 * @module
 */

import { beforeAll, describe, expect, test } from "vitest";
import { normalize } from "../../../contracts/tasks/normalize.ts";
import type { DocumentServices } from "../../../shared/capabilities/documents/services.ts";
import { taskContext } from "../../helpers/task-context.ts";

const noDocuments = { documents: { get: async () => undefined }, files: {} } as unknown as DocumentServices;
const schema = { type: "object", properties: { start: { type: "string", format: "date-time" } } };

let run: typeof import("../../../functions/tasks/normalize.ts").run;
let extractData: typeof import("../../../shared/capabilities/extraction/extract-data.ts").extractData;
beforeAll(async () => {
  Object.assign(process.env, { LLM_BACKEND: "embedded", LLM_TIME_ZONE: "Europe/Berlin" });
  ({ run } = await import("../../../functions/tasks/normalize.ts"));
  ({ extractData } = await import("../../../shared/capabilities/extraction/extract-data.ts"));
});

describe.each<[text: string, start: string, assumed: string | undefined]>([
  ["Start: 4 June 2026 at 9:30", "2026-06-04T09:30:00+02:00", "Europe/Berlin"],
  ["Start: 4 December 2026 at 9:30", "2026-12-04T09:30:00+01:00", "Europe/Berlin"],
  ["Start: 2026-06-04T09:30:00Z", "2026-06-04T09:30:00Z", undefined],
])("%s", (text, start, assumed) => {
  test("is read so by normalize", async () => {
    const result = await run(normalize.input.parse({ request: text, schema, language: "en" }), taskContext());
    expect(result.normalized).toEqual({ start });
    expect(result.assumed_time_zone).toBe(assumed);
  });

  test("is read so by extract", async () => {
    const result = await extractData({ text, schema, language: "en" }, noDocuments, { context: taskContext() });
    expect(result.data).toEqual({ start });
    expect(result.evidence).toHaveLength(1);
    expect(result.assumed_time_zone).toBe(assumed);
  });
});

test("a time of day is none where the zone's offset changes: the failure says what to do", async () => {
  const time = { type: "object", properties: { start: { type: "string", format: "time" } } };
  const input = normalize.input.parse({ request: "Start: 9:30", schema: time, language: "en" });
  await expect(run(input, taskContext())).rejects.toMatchObject({
    name: "SchemaValidationError",
    message: expect.stringMatching(/\/start/),
  });
});

/**
 * Jobs as the API shows them against the schemas that its description gives: the result of each is that of its task.
 *
 * @module
 */

import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { catalog } from "../../../contracts/catalog.ts";
import { buildOpenApi } from "../../../functions/api/openapi/openapi.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const openApi = buildOpenApi(catalog);
const ajv = addFormats.default(new Ajv2020({ strict: false, unicodeRegExp: true })).addSchema(openApi, "description");
/** What the description says against the answer of a route; null when it fits. */
function faults(route: string, answer: unknown) {
  const [method, path = ""] = route.split(" ");
  const pointer = [`/api/v1${path}`, method, "responses", "200", "content", "application/json", "schema"].map((each) =>
    encodeURIComponent(String(each).replaceAll("/", "~1")),
  );
  return ajv.validate(`description#/paths/${pointer.join("/")}`, answer) ? null : ajv.errors;
}

const summary = (text: string) => ({
  ...{ summary: text, original_length: 9, summary_length: 1, compression_ratio: 0.1 },
});

it("a job fits its description in every state, with a result in its record, beside it and in S3, and without one", async () => {
  const waiting = await api.submit();
  const running = await api.submit();
  await api.start(running);
  const failed = await api.submit();
  await (await api.start(failed)).fail();
  const revoked = await api.submit();
  await api.call("POST", `/jobs/${revoked}/revoke`, { body: {} });
  const ended: string[] = [];
  // What does not compress: of 40,000 letters, the result is in S3.
  for (const text of [
    "Short.",
    "x".repeat(3_000),
    Buffer.from(Array.from({ length: 30_000 }, (_, i) => ((i * i) % 251) ^ (i >> 3))).toString("base64"),
  ]) {
    const id = await api.submit();
    await (await api.start(id)).succeed(summary(text));
    ended.push(id);
  }
  const ids = [waiting, running, failed, revoked, ...ended];

  for (const id of ids) {
    const { body } = await api.call("GET", `/jobs/${id}`);
    expect(faults("get /jobs/{task_id}", body), JSON.stringify(body).slice(0, 300)).toBeNull();
  }
  for (const id of [failed, revoked, ...ended]) {
    const { body } = await api.call("GET", `/jobs/${id}/result`);
    expect(faults("get /jobs/{task_id}/result", body)).toBeNull();
  }
  const listed = await api.call("GET", "/jobs");
  expect(listed.body).toMatchObject({ jobs: { length: ids.length } });
  expect(faults("get /jobs", listed.body)).toBeNull();
  const many = await api.call("POST", "/jobs/status", { body: { task_ids: ids } });
  expect(faults("post /jobs/status", many.body)).toBeNull();
});

it("a result that is not its task's does not fit, and one of a task that is gone does", async () => {
  const id = await api.submit();
  await (await api.start(id)).succeed({ pages: 3 });
  const { body } = await api.call("GET", `/jobs/${id}`);

  expect(faults("get /jobs/{task_id}", body)).not.toBeNull();
  expect(faults("get /jobs/{task_id}", { ...z.looseObject({}).parse(body), task_name: "count_pages" })).toBeNull();
});

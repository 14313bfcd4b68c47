/**
 * Tasks that follow a document, each once: under crashes at each call of AWS, beside another submitter, and asked for again.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentSchema, presignedDocumentSchema } from "../../../contracts/documents/documents.ts";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { addSteps, type Step, submitSteps } from "../../../shared/capabilities/documents/following.ts";
import { type DocumentServices, documentServices } from "../../../shared/capabilities/documents/services.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
let services: DocumentServices;

/** Calls of DynamoDB and SQS: the one at which the process dies, and whether the call was made by then. */
const fault = { calls: 0, at: 0, isMade: false };

async function mayDie<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  fault.calls += 1;
  const dies = fault.calls === fault.at;
  if (dies && !fault.isMade) throw new Error("The process dies.");
  const answer = await call();
  if (dies) throw new Error("The process dies.");
  return answer;
}

beforeAll(async () => {
  api = await TestApi.start();
  services = documentServices(api.jobs);
  const options = { step: "initialize", name: "mayDie" } as const;
  api.jobs.store.table.document.middlewareStack.add((next) => (args) => mayDie(() => next(args)), options);
  api.jobs.sqs.middlewareStack.add((next) => (args) => mayDie(() => next(args)), options);
});
afterAll(() => api?.close());

const schema = { type: "object", properties: { total: { type: "number" } } };
const then = [
  { task_name: "extract", input: { schema } },
  { task_name: "summarize", input: { max_length: 20 } },
];

async function pending(steps: object[] = then): Promise<{ id: string; task_id: string }> {
  const answer = await api.call("POST", "/documents", { body: { file_name: "a.txt", then: steps } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return presignedDocumentSchema.parse(answer.body);
}

async function completed(id: string, etag = "e1", text = "Total: 5.00") {
  await services.documents.arrived(id, { etag, size: 5 });
  const { gzipSync } = await import("node:zlib");
  const record = await services.documents.complete(
    id,
    {
      contentType: "text/plain",
      characters: text.length,
      textGzip: gzipSync(text),
      blocksGzip: gzipSync("[]"),
      language: null,
      pages: null,
      ocr: false,
      confidence: 1,
      warnings: [],
    },
    Date.now(),
  );
  if (!record) throw new Error(`Document ${id} is gone.`);
  return record;
}

const shown = async (id: string) => documentSchema.parse((await api.call("GET", `/documents/${id}`)).body);
const followers = async (parent: string) => {
  const { jobs } = jobListSchema.parse((await api.call("GET", "/jobs?limit=100")).body);
  return jobs.filter(({ parent_id }) => parent_id === parent);
};

describe.each([false, true])("when the process dies at a call (made by then: %s)", (isMade) => {
  it("each task is submitted once by whoever takes over", async () => {
    for (let at = 1, isOver = false; !isOver; at++) {
      const { id, task_id } = await pending();
      const record = await completed(id);
      Object.assign(fault, { calls: 0, at, isMade });
      await submitSteps(services, record, 1).catch(() => undefined);
      // The last round is one without a fault.
      isOver = fault.calls < at;
      if (isOver) expect(at).toBeGreaterThan(4);
      fault.at = 0;
      for (const { task_id: told } of (await shown(id)).then) {
        if (told !== null) expect(await api.call("GET", `/jobs/${told}`), `call ${at}`).toMatchObject({ status: 200 });
      }
      await submitSteps(services, record, 1);

      const jobs = await followers(task_id);
      expect(jobs.map(({ task_name }) => task_name).toSorted(), `call ${at}`).toEqual(["extract", "summarize"]);
      expect((await shown(id)).then.map((each) => each.task_id).toSorted()).toEqual(
        jobs.map((job) => job.task_id).toSorted(),
      );
    }
  });
});

it("a job is told once it is there, and another one's once the document is read again", async () => {
  const { id } = await pending();
  const first = await completed(id, "e1");
  const none = { task_id: null, error: null };
  expect((await shown(id)).then).toMatchObject([none, none]);
  await submitSteps(services, first, 1);
  const before = (await shown(id)).then.map(({ task_id }) => task_id);
  expect(before).toEqual([expect.any(String), expect.any(String)]);

  const second = await completed(id, "e2");
  expect((await shown(id)).then).toMatchObject([none, none]);
  await submitSteps(services, second, 1);
  // Whoever still has the first file at hand changes nothing.
  await submitSteps(services, first, 1);
  const after = (await shown(id)).then.map(({ task_id }) => task_id);
  expect(after).toEqual([expect.any(String), expect.any(String)]);
  expect(before).not.toContain(after[0]);
});

it("two who submit at once submit once", async () => {
  const { id, task_id } = await pending();
  const record = await completed(id);
  await Promise.all([submitSteps(services, record, 1), submitSteps(services, record, undefined)]);

  expect(await followers(task_id)).toHaveLength(2);
});

it("steps that are added at the same time are all kept, each once", async () => {
  const { id } = await pending([]);
  const record = await services.documents.get(id);
  if (!record) throw new Error("The document is there.");
  const steps: Step[] = ["a", "b", "c"].map((name) => ({ task_name: "classify", input: { classes: [name, "z"] } }));
  await Promise.all(steps.map((step) => addSteps(services, record, { steps: [step] })));
  await addSteps(services, record, { steps });

  expect((await shown(id)).then).toHaveLength(3);
});

it("another file in the document's place is followed again", async () => {
  const { id, task_id } = await pending();
  await submitSteps(services, await completed(id, "e1"), 1);
  await submitSteps(services, await completed(id, "e2"), 1);

  expect(await followers(task_id)).toHaveLength(4);
});

it("what a task cannot take is told, and the others continue", async () => {
  const { id, task_id } = await pending();
  await submitSteps(services, await completed(id, "e1", "a".repeat(1_000_001)), 1);

  expect((await followers(task_id)).map(({ task_name }) => task_name)).toEqual(["extract"]);
  expect((await shown(id)).then).toEqual([
    { task_name: "extract", task_id: expect.any(String), error: null },
    { task_name: "summarize", task_id: null, error: expect.stringContaining("/text") },
  ]);
});

it("a document that has failed is not followed, and says so", async () => {
  const { id, task_id } = await pending();
  await services.documents.arrived(id, { etag: "e1", size: 5 });
  await services.documents.fail(
    id,
    { type: "X", message: "x", retryable: false },
    { taskId: task_id, now: Date.now() },
  );

  expect((await shown(id)).then).toEqual([
    { task_name: "extract", task_id: null, error: "The document has failed." },
    { task_name: "summarize", task_id: null, error: "The document has failed." },
  ]);
  expect(await followers(task_id)).toEqual([]);
});

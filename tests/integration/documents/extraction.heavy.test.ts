/**
 * From documents to data over HTTP on the embedded stack, with a model server that answers as it is told: one upload ends as
 * data and a webhook.
 *
 * @module
 */

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import {
  acceptedDocumentSchema,
  documentSchema,
  presignedDocumentSchema,
} from "../../../contracts/documents/documents.ts";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { problemSchema } from "../../../contracts/problem.ts";
import { papers } from "../../fixtures/extraction/papers.ts";
import { eventually as within } from "../../helpers/eventually.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { fileOf } from "../../helpers/make-paper.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../../helpers/webhook-receiver.ts";

let stack: TestStack;
let model: LlmServer;
let receiver: WebhookReceiver;
/** Of another project. */
let strangers: Record<string, string>;

// Of a busy machine; the engine's own limits end what hangs.
vi.setConfig({ testTimeout: 600_000 });
const eventually = <T>(what: string, probe: () => T | Promise<T>) => within(what, probe, 540);

beforeAll(async () => {
  [model, receiver] = await Promise.all([startLlmServer(), startWebhookReceiver()]);
  stack = await startTestStack({ env: { ...model.settings, WEBHOOK_ALLOW_LOOPBACK: "true" }, timeScale: 30 });
  const made = await stack.post("/keys", { project_id: "strangers", scopes: ["submit", "read"] });
  const { key } = (await made.json()) as { key: string };
  strangers = { authorization: `Bearer ${key}` };
}, 600_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await model?.close();
  await receiver?.[Symbol.asyncDispose]();
});

const schema = {
  type: "object",
  properties: { invoice_number: { type: "string" }, total_amount: { type: "number" } },
  required: ["invoice_number"],
};

async function upload(name: string, bytes: Uint8Array, then?: unknown): Promise<Response> {
  const form = new FormData();
  form.set("file", new File([Buffer.from(bytes)], name));
  if (then !== undefined) form.set("then", typeof then === "string" ? then : JSON.stringify(then));
  return await stack.request("/documents/upload", { method: "POST", body: form });
}

async function accepted(response: Response): Promise<string> {
  expect(response.status, await response.clone().text()).toBe(202);
  return acceptedDocumentSchema.loose().parse(await response.json()).id;
}

const read = async (id: string) => documentSchema.parse(await (await stack.request(`/documents/${id}`)).json());
const processed = (id: string) =>
  eventually(`document ${id} is processed`, async () => {
    const document = await read(id);
    // What follows is submitted at once after it is completed.
    const isFollowed = document.then.every(({ task_id, error }) => task_id !== null || error !== null);
    return document.status !== "pending" && (isFollowed || document.status === "failed") && document;
  });
const jobsOf = async (parent: string) => {
  const { jobs } = jobListSchema.parse(await (await stack.request("/jobs?limit=100")).json());
  return jobs.filter(({ parent_id }) => parent_id === parent);
};
const faultsOf = async (response: Response) => {
  const body = await response.text();
  expect(response.status, body).toBe(422);
  return problemSchema.parse(JSON.parse(body)).errors?.map(({ path }) => path);
};

it("one upload ends as data, and a webhook tells of it", async () => {
  const [paper] = papers;
  if (!paper) throw new Error("There is a first paper.");
  const file = await fileOf(paper);
  model.always(({ response_format }) => {
    if (response_format === undefined) return { kind: "answer", content: "Eine Rechnung über 1.469,13 EUR." };
    const content = JSON.stringify(response_format).includes('"class"')
      ? { quote: "Rechnungsnummer: RE-2025-0418", class: "invoice" }
      : { invoice_number: "RE-2025-0418", total_amount: 1469.13 };
    return { kind: "answer", content: JSON.stringify(content) };
  });
  const id = await accepted(
    await upload(file.name, file.bytes, [
      { task_name: "extract", input: { schema }, callback_url: `${receiver.url}/done` },
      { task_name: "classify", input: { classes: ["letter", { name: "invoice", description: "Asks for money" }] } },
    ]),
  );
  const document = await processed(id);

  expect(document, JSON.stringify(document.error)).toMatchObject({
    status: "completed",
    then: [
      { task_name: "extract", task_id: expect.any(String), error: null },
      { task_name: "classify", task_id: expect.any(String), error: null },
    ],
  });
  const [extracted, classified] = document.then.map(({ task_id }) => String(task_id));
  const job = await stack.waitFor(extracted ?? "", undefined, 300);
  expect(job, JSON.stringify(job.error)).toMatchObject({
    status: "SUCCESS",
    parent_id: document.task_id,
    result: { data: { invoice_number: "RE-2025-0418", total_amount: 1469.13 }, missing: [] },
  });
  expect(job.result).toMatchObject({
    evidence: expect.arrayContaining([
      {
        path: "/total_amount",
        page: 1,
        quote: "Gesamtbetrag: 1.469,13 EUR",
        box: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)],
      },
    ]),
  });
  const told = await stack.waitFor(classified ?? "", undefined, 300);
  expect(told.result).toMatchObject({ class: "invoice", confidence: 0.9, evidence: [{ page: 1 }] });
  await eventually("the webhook is there", () => receiver.about(extracted ?? "").length === 1);

  // The same upload again, and the same bytes with another step: what was done is not done again.
  const again = await upload(file.name, file.bytes, [
    { task_name: "extract", input: { schema }, callback_url: `${receiver.url}/done` },
    { task_name: "summarize", input: { max_length: 20 } },
  ]);
  expect(await accepted(again)).toBe(id);
  const { then } = await read(id);
  expect(then.map(({ task_name }) => task_name)).toEqual(["extract", "classify", "summarize"]);
  expect(then[0]?.task_id).toBe(extracted);
  expect((await stack.waitFor(String(then[2]?.task_id), undefined, 300)).status).toBe("SUCCESS");
  expect(await jobsOf(document.task_id)).toHaveLength(3);
  expect(receiver.about(extracted ?? "")).toHaveLength(1);
});

it("a form of POST /documents takes steps too, and a document that fails is not followed", async () => {
  const response = await stack.post("/documents", {
    file_name: "broken.pdf",
    then: [{ task_name: "extract", input: { schema } }],
  });
  expect(response.status).toBe(202);
  const { id, task_id, upload: target } = presignedDocumentSchema.parse(await response.json());
  const form = new FormData();
  for (const [name, value] of Object.entries(target.fields)) form.set(name, value);
  form.set("file", new Blob([Uint8Array.of(0, 1, 2, 3, 255, 254, 253, 0)]));
  expect((await fetch(target.url, { method: "POST", body: form })).ok).toBe(true);
  const document = await processed(id);

  expect(document).toMatchObject({
    status: "failed",
    then: [{ task_name: "extract", task_id: null, error: "The document has failed." }],
  });
  expect(await jobsOf(task_id)).toEqual([]);
});

it("steps are checked at the door, with the place of each fault", async () => {
  const file = Buffer.from("Eine Notiz.");
  const at = async (then: unknown) => faultsOf(await upload("note.txt", file, then));

  expect(await at("[")).toEqual(["/then"]);
  expect(await at({ task_name: "extract" })).toEqual(["/then"]);
  expect(await at([{ task_name: "extract", input: {}, more: 1 }])).toEqual(["/then/0/more"]);
  expect(await at([{ task_name: "cleanup_old_documents" }])).toEqual(["/then/0/task_name"]);
  expect(await at([{ task_name: "process_document" }])).toEqual(["/then/0/task_name"]);
  expect(await at([{ task_name: "extract", input: {} }])).toEqual(["/then/0/input/schema"]);
  expect(await at([{ task_name: "extract", input: { schema: { $ref: "http://x.example/" } } }])).toEqual([
    "/then/0/input/schema/$ref",
  ]);
  expect(await at([{ task_name: "extract", input: { schema, document_id: "x" } }])).toEqual([
    "/then/0/input/document_id",
  ]);
  expect(await at([{ task_name: "classify", input: { classes: ["one"] } }])).toEqual(["/then/0/input/classes"]);
  expect(await at([{ task_name: "extract", input: { schema }, callback_url: "http://10.0.0.1/" }])).toEqual([
    "/then/0/callback_url",
  ]);
});

it("another project's document is as good as none, in whatever way it is named", async () => {
  const id = await accepted(await upload("ours.txt", Buffer.from("Our invoice RE-1.")));
  await processed(id);
  for (const [task, more] of [
    ["extract", { schema }],
    ["classify", { classes: ["a", "b"] }],
  ] as const) {
    const theirs = await stack.post(`/tasks/${task}`, { input: { document_id: id, ...more } }, strangers);
    expect(await faultsOf(theirs)).toEqual(["/input/document_id"]);
  }
  // A batch is checked by its jobs.
  const batch = await stack.post(
    "/batches",
    { task_name: "extract", inputs: [{ document_id: id, schema }] },
    strangers,
  );
  const { task_ids } = (await batch.json()) as { task_ids: string[] };
  const job = await eventually("the stranger's job ends", async () => {
    const answer = await stack.request(`/jobs/${task_ids[0]}`, { headers: strangers });
    const body = (await answer.json()) as { ready: boolean; status: string; error: { message: string } };
    return body.ready && body;
  });
  expect(job).toMatchObject({ status: "FAILURE", error: { message: `There is no document ${id}.` } });
});

it("what a model invents, breaks or gives in part never becomes data", async () => {
  const input = { text: "Rechnung RE-1, Gesamtbetrag 5,00 EUR", schema, language: "de" };
  const answers = async (...contents: string[]) => {
    model.next(...contents.map((content) => ({ kind: "answer", content }) as const));
    return await stack.waitFor(await stack.submit("extract", input), undefined, 300);
  };
  const json = JSON.stringify;

  const invented = await answers(json({ invoice_number: "RE-1", total_amount: 500 }), json({ total_amount: 501 }));
  expect(invented.result).toMatchObject({ data: { invoice_number: "RE-1" }, missing: ["/total_amount"] });
  const put = await answers(json({ invoice_number: "RE-2" }), json({ invoice_number: "RE-1", total_amount: 5 }));
  expect(put.result).toMatchObject({ data: { invoice_number: "RE-1", total_amount: 5 } });
  const lacking = await answers(json({ total_amount: 5 }));
  expect(lacking).toMatchObject({ status: "FAILURE", attempts: 1, error: { type: "ValuesMissingError" } });
  expect(lacking.error?.message).toContain("/invoice_number");
  const wrongClass = { text: input.text, classes: ["letter", "invoice"] };
  model.next(
    { kind: "answer", content: json({ quote: "x", class: "parcel" }) },
    { kind: "answer", content: json({ quote: "x", class: "box" }) },
  );
  const failed = await stack.waitFor(await stack.submit("classify", wrongClass), undefined, 300);
  expect(failed).toMatchObject({ status: "FAILURE", error: { type: "SchemaValidationError" } });
});

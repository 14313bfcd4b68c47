/**
 * Documents over HTTP on the embedded stack: uploads, S3's events, texts, errors, deletion.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  acceptedDocumentSchema,
  type Document,
  documentListSchema,
  documentSchema,
  passageMatchesSchema,
  presignedDocumentSchema,
} from "../../../contracts/documents/documents.ts";
import {
  documentBlocksSchema,
  documentMarkdownSchema,
  documentPageSchema,
  documentTextSchema,
} from "../../../contracts/documents/structure.ts";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { problemSchema } from "../../../contracts/problem.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { documentServices } from "../../../shared/capabilities/documents/services.ts";
import { headKey } from "../../../shared/engine/table/addresses.ts";
import { png } from "../../helpers/document-builders.ts";
import { eventually as within } from "../../helpers/eventually.ts";
import { getJob, outcomeOf, request, submit } from "../../helpers/job-client.ts";
import { makePdf } from "../../helpers/make-pdf.ts";
import { servicesOf } from "../../helpers/stack-services.ts";

let stack: Stack;
let sqs: SQSClient;
let s3: S3Client;

beforeAll(async () => {
  stack = await startStack({ timeScale: 30 });
  sqs = new SQSClient(stack.endpoints.sqs);
  s3 = new S3Client(stack.endpoints.s3);
});
afterAll(async () => {
  sqs?.destroy();
  s3?.destroy();
  await stack?.stop(0);
});

const bucket = () => String(stack.resources("AWS::S3::Bucket")[0]?.ref);
const queueUrl = (name: string) =>
  String(stack.resources("AWS::SQS::Queue").find((queue) => String(queue.ref).endsWith(`-${name}`))?.ref);

function upload(bytes: Uint8Array | string, name: string, query = ""): Promise<Response> {
  return fetch(`${stack.url}/api/v1/documents/upload?file_name=${encodeURIComponent(name)}${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${stack.apiKey}`, "content-type": "application/octet-stream" },
    body: Buffer.from(bytes),
  });
}

async function uploaded(
  bytes: Uint8Array | string,
  name: string,
  query = "",
): Promise<{ id: string; status: string; task_id: string }> {
  const response = await upload(bytes, name, query);
  expect(response.status).toBe(202);
  return acceptedDocumentSchema.parse(await response.json());
}

async function read(id: string): Promise<Document> {
  const response = await request(stack, `GET /documents/${id}`);
  expect(response.status).toBe(200);
  return documentSchema.parse(await response.json());
}

/**
 * A document takes what a busy machine lets it take: starting its process alone is seconds of processor time. The engine's
 * own limits end what hangs; this one only ends the test.
 */
vi.setConfig({ testTimeout: 600_000 });
const eventually = <T>(what: string, probe: () => T | Promise<T>) => within(what, probe, 540);

const processed = (id: string): Promise<Document> =>
  eventually(`document ${id} is processed`, async () => {
    const document = await read(id);
    return document.status !== "pending" && document;
  });

async function messagesIn(name: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames: ["All"] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
}

/** What S3 would report of an object. */
const report = (event: unknown) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queueUrl("uploads"), MessageBody: JSON.stringify(event) }));
const created = (key: string, eTag = "e") => ({
  Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: bucket() }, object: { key, size: 5, eTag } } }],
});
const quiet = () => eventually("the uploads are handled", async () => (await messagesIn("uploads")) === 0);

describe("an uploaded document", () => {
  it("has its text once it is processed", async () => {
    const { id, status, task_id } = await uploaded("The ferry to Kalmar leaves at noon.", "note.txt");
    expect(status).toBe("pending");
    const document = await processed(id);
    expect(document).toMatchObject({
      status: "completed",
      file_name: "note.txt",
      content_type: "text/plain",
      searchable_text: "The ferry to Kalmar leaves at noon.",
      searchable_text_url: null,
      ocr: false,
      error: null,
      task_id,
    });
    expect((await outcomeOf(stack, task_id)).result).toMatchObject({ document_id: id, status: "completed" });
  });

  it("tells how far its text can be trusted, in its record and in its job's result", async () => {
    const bytes = Buffer.concat([Buffer.from("Größe und Übermaß der Straße "), Buffer.from([0xff])]);
    const { id, task_id } = await uploaded(bytes, "one-bad-byte.txt");

    const document = await processed(id);

    const warning = { page: null, kind: "invalid_characters", message: expect.stringContaining("save it as UTF-8") };
    expect(document).toMatchObject({ status: "completed", confidence: 1, warnings: [warning] });
    expect((await outcomeOf(stack, task_id)).result).toMatchObject({ confidence: 1, warnings: [warning] });
  });

  it("is not recognized when that is not wanted, and then processed again when it is", async () => {
    const scan = png(600, 400, Buffer.alloc(601 * 400));
    const refused = await uploaded(scan, "scan.png", "&ocr=never");
    expect(await processed(refused.id)).toMatchObject({
      status: "completed",
      searchable_text: "",
      warnings: [{ page: 1, kind: "not_recognized" }],
    });

    const again = await uploaded(scan, "scan.png", "&ocr=auto");

    expect(again.id).toBe(refused.id);
    expect(again.task_id).not.toBe(refused.task_id);
    expect(await processed(again.id)).toMatchObject({
      status: "completed",
      warnings: [{ page: null, kind: "no_text" }],
    });
  });

  it("comes as a form, too", async () => {
    const form = new FormData();
    form.set("file", new File(["Ein kurzer Text über Fähren."], "fähre.txt", { type: "text/plain" }));
    const response = await fetch(`${stack.url}/api/v1/documents/upload`, {
      method: "POST",
      headers: { authorization: `Bearer ${stack.apiKey}` },
      body: form,
    });
    expect(response.status).toBe(202);
    const { id } = acceptedDocumentSchema.parse(await response.json());
    expect(await processed(id)).toMatchObject({
      file_name: "fähre.txt",
      searchable_text: "Ein kurzer Text über Fähren.",
    });
  });

  it("with a large text links to it", async () => {
    const text = Array.from({ length: 40_000 }, (_, index) => `word${(index * 7919) % 99_991}`).join(" ");
    const { id } = await uploaded(text, "large.txt");
    const document = await processed(id);
    expect(document.searchable_text).toBeNull();
    const link = await fetch(document.searchable_text_url ?? "");
    expect(await link.text()).toBe(text);
  });

  it("gives its text, Markdown and blocks by themselves, as links where they are large", async () => {
    const get = async (id: string, what: string) => {
      const response = await request(stack, `GET /documents/${id}/${what}`);
      expect(response.status).toBe(200);
      return response.json();
    };
    const { id } = await uploaded("Nr;Name\n1;Erika\n", "list.csv");
    await processed(id);
    expect(documentTextSchema.parse(await get(id, "text"))).toEqual({
      document_id: id,
      text: "Nr\tName\n1\tErika",
      text_url: null,
    });
    expect(documentMarkdownSchema.parse(await get(id, "markdown"))).toMatchObject({
      markdown: "| Nr | Name |\n| --- | --- |\n| 1 | Erika |",
      markdown_url: null,
    });
    expect(documentBlocksSchema.parse(await get(id, "blocks"))).toMatchObject({
      pages: [{ page: null, blocks: [{ kind: "table", text: "Nr\tName\n1\tErika" }] }],
      blocks_url: null,
    });

    const rows = Array.from({ length: 20_000 }, (_, index) => `${index};word${(index * 7919) % 99_991}`).join("\n");
    const large = await uploaded(`a;b\n${rows}`, "large.csv");
    await processed(large.id);
    const { markdown, markdown_url } = documentMarkdownSchema.parse(await get(large.id, "markdown"));
    const { pages, blocks_url } = documentBlocksSchema.parse(await get(large.id, "blocks"));
    expect([markdown, pages]).toEqual([null, null]);
    expect(await (await fetch(markdown_url ?? "")).text()).toMatch(/^\| a \| b \|\n/);
    const linked = z.array(documentPageSchema).parse(await (await fetch(blocks_url ?? "")).json());
    expect(linked[0]?.blocks[0]?.rows).toHaveLength(20_001);
  });

  it("that has no text yet, or is another project's, gives none", async () => {
    const form = await request(stack, "POST /documents", { body: { file_name: "later.txt" } });
    const { id } = presignedDocumentSchema.parse(await form.json());
    for (const what of ["text", "markdown", "blocks"]) {
      const response = await request(stack, `GET /documents/${id}/${what}`);
      expect(response.status).toBe(409);
      expect(problemSchema.parse(await response.json()).detail).toContain("is not read yet");
      expect((await request(stack, `GET /documents/${randomUUID()}/${what}`)).status).toBe(404);
    }
  });

  it("with a text that packs well, but is long, links to it too: an answer takes 6 MB", async () => {
    const { id } = await uploaded('"'.repeat(4 * 1_024 * 1_024 - 1), "quotes.txt");
    const { characters, searchable_text, searchable_text_url } = await processed(id);
    expect({ characters, searchable_text }).toEqual({ characters: 4 * 1_024 * 1_024 - 1, searchable_text: null });
    expect(searchable_text_url).toContain("http");
  });

  it("is the same document when the same bytes come again", async () => {
    const first = await uploaded("Twice the same.", "a.txt");
    await processed(first.id);
    const second = await uploaded("Twice the same.", "b.txt");
    expect(second).toMatchObject({ id: first.id, task_id: first.task_id, status: "completed" });
  });

  it("that cannot be read fails with the error's name, and its job is not tried again", async () => {
    const { id, task_id } = await uploaded(Buffer.from("%PDF-1.7\ngarbage"), "broken.pdf");
    const document = await processed(id);
    expect(document).toMatchObject({ status: "failed", error: { type: "DocumentCorruptError", retryable: false } });
    expect(await outcomeOf(stack, task_id)).toMatchObject({ status: "FAILURE", attempts: 1 });
  });

  it("that could not be processed is tried again when it is uploaded again", async () => {
    const garbage = Buffer.from("%PDF-1.7\nmore garbage");
    const first = await uploaded(garbage, "broken.pdf");
    await processed(first.id);

    const second = await uploaded(garbage, "broken.pdf");

    expect(second).toMatchObject({ id: first.id, status: "pending" });
    expect(second.task_id).not.toBe(first.task_id);
    expect(await outcomeOf(stack, second.task_id)).toMatchObject({ status: "FAILURE", attempts: 1 });
    expect(await processed(first.id)).toMatchObject({ status: "failed", task_id: second.task_id });
  });

  it("is listed, belongs to its project, and is gone after DELETE", async () => {
    const { id } = await uploaded("Delete me soon.", "gone.txt");
    await processed(id);
    const list = documentListSchema.parse(await (await request(stack, "GET /documents?limit=100")).json());
    expect(list.documents.map((document) => document.id)).toContain(id);

    const stranger = await (
      await request(stack, "POST /keys", { body: { project_id: "stranger", scopes: ["read", "submit"], name: "s" } })
    ).json();
    const theirs = { url: stack.url, apiKey: z.object({ key: z.string() }).parse(stranger).key };
    expect((await request(theirs, `GET /documents/${id}`)).status).toBe(404);
    expect((await request(theirs, `DELETE /documents/${id}`)).status).toBe(404);

    expect((await request(stack, `DELETE /documents/${id}`)).status).toBe(200);
    expect((await request(stack, `GET /documents/${id}`)).status).toBe(404);
  });
});

describe("bad uploads", () => {
  it("over 4 MB are 413 and told of the other route", async () => {
    const response = await upload(Buffer.alloc(4 * 1_024 * 1_024 + 1), "big.bin");
    expect(response.status).toBe(413);
    expect(problemSchema.parse(await response.json()).detail).toContain("POST /api/v1/documents");
  });

  it.each([
    ["", "empty.txt", "/file"],
    ["x", "../secret", "/query/file_name"],
    ["x", " ", "/query/file_name"],
    ["x", "evil\u202Efdp.exe", "/query/file_name"],
  ])("name the field: %j %s", async (bytes, name, path) => {
    const response = await upload(bytes, name);
    expect(response.status).toBe(422);
    expect(problemSchema.parse(await response.json()).errors?.[0]?.path).toBe(path);
  });

  it.each([
    ["no file", { other: ["x"] }, "/other"],
    ["text for a file", { file: ["x"] }, "/file"],
    ["several files", { file: [new Blob(["x"]), new Blob(["y"])] }, "/file"],
    ["an option, which belongs into the address", { file: [new Blob(["x"])], index: ["true"] }, "/index"],
  ])("whose form has %s are 422", async (_, fields, path) => {
    const form = new FormData();
    for (const [name, values] of Object.entries(fields)) for (const value of values) form.append(name, value);

    const response = await fetch(`${stack.url}/api/v1/documents/upload`, {
      method: "POST",
      headers: { authorization: `Bearer ${stack.apiKey}` },
      body: form,
    });

    expect(response.status).toBe(422);
    expect(problemSchema.parse(await response.json()).errors?.[0]?.path).toBe(path);
  });

  it("called text, but in no UTF-8, are refused rather than garbled", async () => {
    const latin1 = Buffer.from("Größe und Straße", "latin1");
    const send = (type: string) =>
      fetch(`${stack.url}/api/v1/documents/upload?file_name=a.txt`, {
        method: "POST",
        headers: { authorization: `Bearer ${stack.apiKey}`, "content-type": type },
        body: latin1,
      });

    expect((await send("text/plain")).status).toBe(422);

    const { id } = acceptedDocumentSchema.parse(await (await send("application/octet-stream")).json());
    expect((await processed(id)).searchable_text).toBe("Größe und Straße");
  });
});

describe("an upload straight to S3", () => {
  const presign = async (body: object) => {
    const response = await request(stack, "POST /documents", { body });
    expect(response.status).toBe(202);
    return presignedDocumentSchema.parse(await response.json());
  };
  const post = ({ url, fields }: { url: string; fields: Record<string, string> }, bytes: Uint8Array) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("file", new Blob([Buffer.from(bytes)]));
    return fetch(url, { method: "POST", body: form });
  };

  it("of 50 MB completes", async () => {
    const bytes = makePdf("Fifty megabytes of freight and one line of text.", 50 * 1_024 * 1_024);
    const accepted = await presign({ file_name: "large.pdf", size: bytes.length });
    expect((await post(accepted.upload, bytes)).status).toBe(204);
    expect(await processed(accepted.id)).toMatchObject({
      status: "completed",
      size: bytes.length,
      pages: 1,
      searchable_text: expect.stringContaining("one line of text"),
    });
  });

  it("larger than was said is refused by S3 itself", async () => {
    const accepted = await presign({ file_name: "small.txt", size: 10 });
    expect((await post(accepted.upload, Buffer.alloc(11))).status).toBe(400);
    expect((await read(accepted.id)).status).toBe("pending");
  });

  it("that never comes leaves a failed document and a revoked job", async () => {
    const accepted = await presign({ file_name: "never.txt" });
    const jobs = servicesOf(stack);
    const past = Date.now() - 1_000;
    await documentServices(jobs).documents.await(accepted.id, past, {
      taskId: accepted.task_id,
      mode: "auto",
      attachments: false,
    });
    const change = { set: { expires_at: past, work_at: past } };
    await jobs.store.table.updateIf(headKey(accepted.task_id), change, { condition: "attribute_exists(#held)" });
    expect(await read(accepted.id)).toMatchObject({ status: "failed", error: { type: "UploadExpiredError" } });
    expect(await outcomeOf(stack, accepted.task_id)).toMatchObject({ status: "REVOKED" });
  });
});

describe("a job about a document, submitted by itself", () => {
  it("of another project fails, and leaves the document as it is", async () => {
    const { id } = await uploaded("Nobody else's business.", "ours.txt");
    await processed(id);
    const key = await request(stack, "POST /keys", {
      body: { name: "globex", project_id: "globex", scopes: ["submit"] },
    });
    const { key: secret } = z.object({ key: z.string() }).parse(await key.json());

    const response = await fetch(`${stack.url}/api/v1/tasks/process_document`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ input: { document_id: id } }),
    });
    const { task_id } = z.object({ task_id: z.string() }).parse(await response.json());

    expect((await outcomeOf(stack, task_id)).error).toMatchObject({ type: "InvalidInputError" });
    expect(await read(id)).toMatchObject({ status: "completed", error: null });
  });

  it("fails while the document's own job has not ended, and names that one", async () => {
    const body = { file_name: "later.txt", size: 5 };
    const { id, task_id: own } = presignedDocumentSchema.parse(
      await (await request(stack, "POST /documents", { body })).json(),
    );

    const task_id = await submit(stack, "process_document", { input: { document_id: id } });

    expect((await outcomeOf(stack, task_id)).error).toMatchObject({
      type: "InvalidInputError",
      message: `Document ${id} is read by job ${own}: wait for that one.`,
    });
    expect(await read(id)).toMatchObject({ status: "pending", task_id: own });
  });

  it("reads a document once more whose own job has ended, and is its own job from then on", async () => {
    const { id } = await uploaded("To be read twice.", "twice.txt");
    const before = await processed(id);

    const task_id = await submit(stack, "process_document", { input: { document_id: id } });

    expect(await outcomeOf(stack, task_id)).toMatchObject({ status: "SUCCESS" });
    expect(await read(id)).toMatchObject({ status: "completed", task_id, searchable_text: before.searchable_text });
  });
});

describe("S3's events", () => {
  it("for a test, or for an object without a record, are handled and dead-letter nothing", async () => {
    await report({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: bucket() });
    await report(created("documents/default/00000000-0000-4000-8000-000000000000"));
    await report(created("documents/default/strange+name%20%28x%29"));
    await quiet();
    expect(await messagesIn("uploads-dlq")).toBe(0);
  });

  it("that come twice start one job", async () => {
    const { id, task_id } = await uploaded("Only once, please.", "once.txt");
    await processed(id);
    const before = await outcomeOf(stack, task_id);
    const record = await documentServices(servicesOf(stack)).documents.get(id);
    await report(created(`documents/default/${id}`, record?.etag));
    await quiet();
    expect((await getJob(stack, task_id)).started_at).toBe(before.started_at);
  });

  it("of an overwritten object have the new text extracted", async () => {
    const { id } = await uploaded("The old text.", "over.txt");
    await processed(id);
    await s3.send(
      new PutObjectCommand({ Bucket: bucket(), Key: `documents/default/${id}`, Body: "A new text, overwritten." }),
    );
    await eventually(
      "the new text is there",
      async () => (await read(id)).searchable_text === "A new text, overwritten.",
    );
  });
});

describe("uploads and deletions of the same bytes", () => {
  const processJobs = async () => {
    const { jobs } = jobListSchema.parse(
      await (await request(stack, "GET /jobs?task_name=process_document&limit=100")).json(),
    );
    return jobs.length;
  };

  it("make no second job where there is nothing to do", async () => {
    const { id } = await uploaded("Once and for all.", "same.txt");
    await processed(id);
    const before = await processJobs();

    await uploaded("Once and for all.", "same.txt");

    expect(await processJobs()).toBe(before);
  });

  it("at once end in a document or in none, and never in an error of the server", async () => {
    for (let round = 0; round < 8; round++) {
      const bytes = `There and gone again ${round}.`;
      const { id } = await uploaded(bytes, "race.txt");

      const [deleted, again] = await Promise.all([
        request(stack, `DELETE /documents/${id}`),
        upload(bytes, "race.txt"),
      ]);

      expect([deleted.status, again.status]).toEqual([200, 202]);
    }
  });

  it("leave no file of a document that was deleted while its file was on its way", async () => {
    const id = randomUUID();
    const Key = `documents/default/${id}`;

    await s3.send(new PutObjectCommand({ Bucket: bucket(), Key, Body: "Too late." }));

    const files = () => s3.send(new ListObjectsV2Command({ Bucket: bucket(), Prefix: Key }));
    await eventually("the file is gone", async () => (await files()).KeyCount === 0);
  });
});

describe("a document that is indexed", () => {
  it("leaves no passages when it is deleted before anybody noted how many there are", async () => {
    const { id } = await uploaded("Eider ducks line their nests with down.", "eider.txt", "&index=true");
    await eventually("it is indexed", async () => (await read(id)).passages === 1);
    await documentServices(servicesOf(stack)).documents.remove(id);

    const job = await outcomeOf(stack, await submit(stack, "index_document", { input: { document_id: id } }));

    expect(job.status).toBe("SUCCESS");
    const found = await request(stack, "POST /documents/search", {
      body: { query: "eider", filter: { document_id: id } },
    });
    expect(passageMatchesSchema.parse(await found.json()).matches).toEqual([]);
  });

  it("with more passages than anybody can search has its text all the same, and its indexing fails at once", async () => {
    const { id } = await uploaded("# a\n\n".repeat(20_001), "headings.txt");
    expect((await processed(id)).status).toBe("completed");

    const job = await outcomeOf(stack, await submit(stack, "index_document", { input: { document_id: id } }));

    expect(job).toMatchObject({ status: "FAILURE", attempts: 1, error: { type: "DocumentTooLargeError" } });
  });

  it("cannot be searched for nothing", async () => {
    const response = await request(stack, "POST /documents/search", { body: { query: "???" } });

    expect(response.status).toBe(422);
    expect(problemSchema.parse(await response.json()).errors?.[0]?.path).toBe("/query");
  });

  it("is found by its passages, by its own project alone, and no more once it is deleted", async () => {
    const response = await upload(
      "The lighthouse of Hanstholm was the strongest in the world when it was lit in 1843.\n\nBread is baked daily.",
      "lighthouse.txt",
      "&index=true",
    );
    const { id } = acceptedDocumentSchema.parse(await response.json());
    const search = async () => {
      const found = await request(stack, "POST /documents/search", {
        body: { query: "strongest lighthouse", top_k: 3 },
      });
      expect(found.status).toBe(200);
      const { matches, notice } = passageMatchesSchema.parse(await found.json());
      if (matches.length > 0) expect(notice).toContain("by words");
      return matches;
    };
    const [best] = await eventually("the passage is found", async () => {
      const matches = await search();
      return matches.length > 0 && matches;
    });
    expect(best).toMatchObject({ document_id: id, file_name: "lighthouse.txt", start: 0 });
    expect(best?.text).toContain("Hanstholm");
    await eventually("the passages are counted", async () => ((await read(id)).passages ?? 0) > 0);

    expect((await request(stack, `DELETE /documents/${id}`)).status).toBe(200);
    await eventually("its passages are gone", async () => (await search()).length === 0);
  });

  it("may be so later, by uploading it again", async () => {
    const text = "Herring gulls nest on the roofs of Bremerhaven.";
    const first = await uploaded(text, "gulls.txt");
    await processed(first.id);
    expect((await read(first.id)).passages).toBeNull();

    const second = await uploaded(text, "gulls.txt", "&index=true");

    expect(second).toMatchObject({ id: first.id, status: "completed" });
    await eventually("its passage is indexed", async () => (await read(first.id)).passages === 1);
  });
});

describe("the cleanup", () => {
  it("deletes failed documents and reports how many; running it again finds none", async () => {
    const { id } = await uploaded(Buffer.from("%PDF-1.7\nmore garbage"), "bad.pdf");
    await processed(id);
    const dry = await outcomeOf(
      stack,
      await submit(stack, "cleanup_old_documents", { input: { max_age_hours: 0, dry_run: true } }),
    );
    expect(dry.result).toMatchObject({ dry_run: true, deleted: 0 });
    const first = await outcomeOf(stack, await submit(stack, "cleanup_old_documents", { input: { max_age_hours: 0 } }));
    expect((first.result as { deleted: number }).deleted).toBeGreaterThan(0);
    expect((await request(stack, `GET /documents/${id}`)).status).toBe(404);
    const second = await outcomeOf(
      stack,
      await submit(stack, "cleanup_old_documents", { input: { max_age_hours: 0 } }),
    );
    expect(second.result).toEqual({ found: 0, deleted: 0, failed: 0, dry_run: false });
  });

  it("keeps the stored results of jobs that live", async () => {
    const job = await outcomeOf(stack, await submit(stack, "cleanup_expired_results", { input: {} }));
    expect(job).toMatchObject({ status: "SUCCESS", result: { deleted: 0 } });
  });
});

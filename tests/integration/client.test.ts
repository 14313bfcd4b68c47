/**
 * What the client's families do beyond one call each, on the embedded stack.
 *
 * @module
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { DIRECT_UPLOAD_BYTES } from "../../client/documents.ts";
import { type Client, createClient, SluiceError } from "../../client/index.ts";
import { MAX_DIRECT_UPLOAD_BYTES } from "../../contracts/documents/documents.ts";
import { makePdf } from "../helpers/make-pdf.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

let stack: TestStack;
let client: Client;
beforeAll(async () => {
  stack = await startTestStack();
  client = createClient(stack.stack);
});
afterAll(() => stack[Symbol.asyncDispose]());

const bytesOf = (text: string) => new TextEncoder().encode(text);

test("a small file is sent to the API as it is, and its passages are found", async () => {
  const { id, task_id } = await client.documents.upload(bytesOf("Der Leuchtturm von Hanstholm steht seit 1843."), {
    file_name: "leuchtturm.txt",
    content_type: "text/plain",
    index: true,
  });

  expect(await client.wait(task_id)).toMatchObject({ status: "SUCCESS" });
  expect(await client.documents.get(id)).toMatchObject({
    file_name: "leuchtturm.txt",
    searchable_text: "Der Leuchtturm von Hanstholm steht seit 1843.",
  });
  await expect
    .poll(async () => (await client.documents.search({ query: "Leuchtturm" })).matches[0]?.document_id)
    .toBe(id);
});

test("a file that the API does not take goes straight to S3", async () => {
  expect(DIRECT_UPLOAD_BYTES).toBe(MAX_DIRECT_UPLOAD_BYTES);
  const file = new Uint8Array(makePdf("A form took what the API would not.", DIRECT_UPLOAD_BYTES + 1));

  const { id, task_id } = await client.documents.upload(file, { file_name: "large.pdf" });

  expect(await client.wait(task_id)).toMatchObject({ status: "SUCCESS" });
  expect(await client.documents.get(id)).toMatchObject({ size: file.length, status: "completed" });
  expect(await client.documents.delete(id)).toEqual({ id, status: "deleted" });
  await expect(client.documents.get(id)).rejects.toThrow(SluiceError);
});

test("a file without a name is refused with the field at fault", async () => {
  const upload = client.documents.upload(bytesOf("x"), { file_name: "" });

  await expect(upload).rejects.toThrow("/query/file_name");
});

test("a project is found, changed and deleted", async () => {
  const { id, task_id } = await client.projects.create({ description: "A choir of nurses", metadata: { size: 12 } });
  await client.wait(task_id);
  expect((await client.projects.search({ query: "nurses who sing in a choir" })).matches[0]?.project_id).toBe(id);

  const changed = await client.projects.update(id, { description: "Solar panels on the roofs of schools" });
  await client.wait(changed.task_id);
  expect(await client.projects.get(id)).toMatchObject({ status: "completed", metadata: { size: 12 } });

  await client.wait((await client.projects.delete(id)).task_id);
  expect((await client.projects.list()).projects).toEqual([]);
});

test("a batch counts its jobs", async () => {
  const { batch_id, task_ids } = await client.batches.submit({
    task_name: "health_check",
    inputs: [{ echo: 1 }, { echo: 2 }],
  });
  for (const id of task_ids) await client.wait(id);

  expect(await client.batches.get(batch_id)).toMatchObject({ total: 2, counts: { SUCCESS: 2 } });
});

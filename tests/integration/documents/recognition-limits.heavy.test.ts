/**
 * One project's scans of endless work, and what others get of the same lane meanwhile: on the embedded stack, with the
 * real recognition.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { acceptedDocumentSchema, documentSchema } from "../../../contracts/documents/documents.ts";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { encodePng } from "../../../shared/capabilities/documents/image/encode-png.ts";
import { ocrLimiter } from "../../../shared/engine/limits/ocr-limiter.ts";
import { line, pdfPages, seeded } from "../../helpers/document-builders.ts";
import { eventually } from "../../helpers/eventually.ts";
import { request } from "../../helpers/job-client.ts";
import { renderFirstPage } from "../../helpers/render-page.ts";
import { servicesOf } from "../../helpers/stack-services.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ timeScale: 30, env: { OCR_PROJECT_CONCURRENT_DOCUMENTS: "1" } });
});
afterAll(() => stack?.stop(0));

const FLOOD = 5;
const [width, height] = [600, 800];

/** Noise takes recognition longest: everything might be a letter. */
function noise(seed: number) {
  const random = seeded(seed);
  return encodePng({ width, height, pixels: Uint8Array.from({ length: width * height }, () => random() * 256) });
}

async function upload(key: string, bytes: Uint8Array, name: string): Promise<string> {
  const response = await fetch(`${stack.url}/api/v1/documents/upload?file_name=${name}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/octet-stream" },
    body: new Uint8Array(bytes),
  });
  return acceptedDocumentSchema.parse(await response.json()).id;
}

async function keyOf(project: string): Promise<string> {
  const made = await request(stack, "POST /keys", { body: { name: project, project_id: project, scopes: ["submit"] } });
  return z.object({ key: z.string() }).parse(await made.json()).key;
}

const read = async (id: string) => documentSchema.parse(await (await request(stack, `GET /documents/${id}`)).json());
const ended = (ids: readonly string[], seconds: number) =>
  eventually(
    "documents are read",
    async () => {
      const all = await Promise.all(ids.map(read));
      return all.every(({ status }) => status !== "pending") && all;
    },
    seconds,
  );

type Listed = z.infer<typeof jobListSchema>["jobs"][number];
async function jobsOf(project: string): Promise<Listed[]> {
  const query = `task_name=process_document&project_id=${project}&limit=50`;
  return jobListSchema.parse(await (await request(stack, `GET /jobs?${query}`)).json()).jobs;
}

test("a flood of noise leaves the lane to others, waits by name, and is read in the end", {
  timeout: 1_200_000,
}, async () => {
  const [flooding, other] = await Promise.all([keyOf("flooding"), keyOf("other")]);
  // As a scan would that takes long: how many of the flood wait must not depend on how fast the machine reads.
  const limiter = ocrLimiter(servicesOf(stack), { OCR_PROJECT_CONCURRENT_DOCUMENTS: "1" });
  const slot = await limiter.ask({ tenant: "flooding", lease: { token: randomUUID(), ms: 3_600_000 } });
  if ("until" in slot) throw new Error("The project's only place is taken.");
  const noises = await Promise.all(Array.from({ length: FLOOD }, (_, index) => noise(index + 1)));
  const flood = await Promise.all(noises.map((bytes, index) => upload(flooding, bytes, `noise-${index}.png`)));
  // Each is put off for less than a minute, asks again and is put off again: rarely do all wait at one moment.
  const waiting = new Map<string, Listed>();
  await eventually("each of the flood has waited", async () => {
    for (const job of await jobsOf("flooding")) if (job.status === "RETRY") waiting.set(job.task_id, job);
    return waiting.size === FLOOD;
  });
  for (const { error, attempts } of waiting.values()) {
    expect(error).toMatchObject({ type: "LimitReachedError", message: expect.stringContaining("flooding") });
    expect(attempts).toBe(0);
  }

  const scan = await encodePng(await renderFirstPage(pdfPages([line("The ferry to Kalmar leaves at noon", 700)])));
  const mine = [
    await upload(other, scan, "scan.png"),
    await upload(flooding, Buffer.from("Plain words."), "plain.txt"),
  ];
  expect((await ended(mine, 540)).map(({ searchable_text }) => searchable_text)).toEqual([
    expect.stringContaining("The ferry to Kalmar"),
    "Plain words.",
  ]);
  for (const { status } of await Promise.all(flood.map(read))) expect(status).toBe("pending");

  await limiter.ended(slot, { tokens: 0 });
  for (const { status } of await ended(flood, 540)) expect(status).toBe("completed");
});

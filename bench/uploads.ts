/**
 * Documents on the embedded stack: how fast the upload route answers, above all while the document queue is full, and how
 * fast documents go from the request to their text. The baseline is a plain server that writes the same bytes to a file,
 * asked in turns with the route.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, createClient } from "../client/index.ts";
import { acceptedDocumentSchema } from "../contracts/documents/documents.ts";
import { startStack } from "../local/stack.ts";
import { makePdf } from "../tests/helpers/make-pdf.ts";
import { exampleFolder } from "./documents-corpus.ts";
import { startPlainServer } from "./plain-server.ts";
import type { BenchRow } from "./row.ts";
import { percentile, timed } from "./timing.ts";

const MB = 1_024 * 1_024;
const UPLOADS = 40;
const QUEUED = 200;
const DOCUMENTS = 200;
const CALLERS = 8;
const WARM_UP = 16;
const WAIT = { timeout: 300_000 };

/** What the system that this one replaces claimed: an upload, and documents a second at best. */
const claimed = { upload: "25 to 40 ms", perSecond: 20 } as const;

interface Target {
  readonly url: string;
  readonly apiKey: string;
  readonly plainUrl: string;
  readonly client: Client;
}

let made = 0;
/** 1 MB of words, never the same bytes twice: those would be the same document. */
function megabyte(): Uint8Array<ArrayBuffer> {
  const line = `Note ${made++} of the harbour: boats that came in, boats that left, and what they carried.\n`;
  return new Uint8Array(Buffer.alloc(MB, line));
}

async function upload({ url, apiKey }: Target, bytes: Uint8Array<ArrayBuffer>, name: string) {
  const response = await fetch(`${url}/api/v1/documents/upload?file_name=${name}`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/octet-stream" },
    body: bytes,
  });
  if (response.status !== 202) throw new Error(`The upload was answered ${response.status}: ${await response.text()}`);
  return acceptedDocumentSchema.parse(await response.json());
}

const toPlainServer = async ({ plainUrl }: Target, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
  await (await fetch(plainUrl, { method: "POST", body: bytes })).arrayBuffer();
};

export async function benchUploads(): Promise<BenchRow[]> {
  const plain = await startPlainServer();
  const stack = await startStack({ env: { LOG_LEVEL: "ERROR" } });
  try {
    const client = createClient({ url: stack.url, apiKey: stack.apiKey });
    const target: Target = { url: stack.url, apiKey: stack.apiKey, plainUrl: plain.url, client };
    // Processes start at the first documents, as on any machine that was idle.
    await documentsPerSecond(target, WARM_UP);
    const rate = await documentsPerSecond(target, DOCUMENTS);
    return [
      ...(await routeRows(target, "empty", async ({ task_id }) => void (await client.wait(task_id, WAIT)))),
      ...(await large(target)),
      {
        name: "upload to text, one-page PDFs",
        value: rate,
        unit: "documents/s",
        ratio: rate / claimed.perSecond,
        note: `${DOCUMENTS} documents, ${CALLERS} callers; the replaced system claimed ${claimed.perSecond}/s at best`,
      },
      ...(await whileFull(target)),
    ];
  } finally {
    await stack.stop(0);
    await plain.close();
  }
}

/** p50 and p95 of the upload route with 1 MB. */
async function routeRows(
  target: Target,
  queue: string,
  after: (accepted: { task_id: string }) => Promise<void> = async () => {},
): Promise<BenchRow[]> {
  const [baseline, route]: [number[], number[]] = [[], []];
  for (let n = 0; n < UPLOADS; n++) {
    // In turns, so that a busy moment of the machine hits both.
    await timed(baseline, () => toPlainServer(target, megabyte()));
    await after(await timed(route, () => upload(target, megabyte(), "note.txt")));
  }
  return [0.5, 0.95].map((share) => {
    const value = percentile(route, share);
    const plain = percentile(baseline, share);
    const ratio = value / plain;
    const note = `ratio to a plain server's ${plain.toFixed(1)} ms; the replaced system claimed ${claimed.upload}`;
    return { name: `POST 1 MB, queue ${queue}, p${share * 100}`, value, unit: "ms", ratio, note };
  });
}

/** 200 scans wait: first for a worker that is paused, which shows what the queue costs, then for one that works. */
async function whileFull(target: Target): Promise<BenchRow[]> {
  const { client } = target;
  const params = { queue: "document" };
  await client.call("POST /api/v1/queues/{queue}/pause", { params, body: {} });
  const scan = await readFile(join(exampleFolder, "rechnung-dachdecker-scan.pdf"));
  for (let n = 0; n < QUEUED; n++) {
    // A comment behind its end makes a file another one, and changes nothing that is read.
    await upload(target, Buffer.concat([scan, Buffer.from(`\n% ${n}\n`)]), `scan-${n}.pdf`);
  }
  const queued = await depth(client);
  if (queued < QUEUED) throw new Error(`Only ${queued} documents wait.`);
  const paused = await routeRows(target, "full, worker paused");
  await client.call("POST /api/v1/queues/{queue}/resume", { params, body: {} });
  const working = await routeRows(target, "full, worker busy");
  const rows = [...paused, ...working.map((row) => ({ ...row, note: `${row.note}; OCR has the same processors` }))];
  return [
    ...rows,
    {
      name: "still queued at the end",
      value: await depth(client),
      unit: "documents",
      ratio: null,
      note: `of ${QUEUED} scans and the uploads`,
    },
  ];
}

async function depth(client: Client): Promise<number> {
  const { queues } = await client.call("GET /api/v1/queues", {});
  const lanes = queues.find(({ name }) => name === "document")?.lanes ?? [];
  return lanes.reduce((sum, lane) => sum + lane.depth, 0);
}

/** 50 MB, which is over what the API takes: a form for S3, the upload, the text. */
async function large(target: Target): Promise<BenchRow[]> {
  const { client } = target;
  const bytes = makePdf("Fifty megabytes of freight and one line of text.", 50 * MB);
  const [plain, stored, read]: [number[], number[], number[]] = [[], [], []];
  await timed(plain, () => toPlainServer(target, new Uint8Array(bytes)));
  await timed(read, async () => {
    const taskId = await timed(stored, async () => {
      const body = { file_name: "freight.pdf", size: bytes.length };
      const { upload, task_id } = await client.call("POST /api/v1/documents", { body });
      const form = new FormData();
      for (const [name, value] of Object.entries(upload.fields)) form.set(name, value);
      form.set("file", new Blob([new Uint8Array(bytes)]));
      const { status } = await fetch(upload.url, { method: "POST", body: form });
      if (status !== 204) throw new Error(`S3 answered the form with ${status}.`);
      return task_id;
    });
    const job = await client.wait(taskId, WAIT);
    if (!job.successful) throw new Error(`The large document is ${job.status}: ${job.error?.message}`);
  });
  const row = (name: string, [value = Number.NaN]: number[]): BenchRow => {
    const base = plain[0] ?? Number.NaN;
    const note = `ratio to a plain server's ${(base / 1_000).toFixed(2)} s`;
    return { name, value: value / 1_000, unit: "s", ratio: value / base, note };
  };
  return [row("50 MB by a presigned form, stored", stored), row("50 MB by a presigned form, its text there", read)];
}

/** From the first document's acceptance to the last one's text, by the jobs' own records. */
async function documentsPerSecond(target: Target, count: number): Promise<number> {
  const jobs: string[] = [];
  const uploadAll = async (_: unknown, caller: number) => {
    for (let n = caller; n < count; n += CALLERS) {
      const pdf = makePdf(`Page ${made++} of the harbour book, with boats that came and boats that left.`);
      jobs.push((await upload(target, new Uint8Array(pdf), "page.pdf")).task_id);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, uploadAll));
  const times: { begun: number; ended: number }[] = [];
  for (const id of jobs) {
    const job = await target.client.wait(id, WAIT);
    if (!job.successful) throw new Error(`Job ${id} is ${job.status}: ${job.error?.message}`);
    times.push({ begun: Date.parse(job.created_at), ended: Date.parse(job.finished_at ?? "") });
  }
  const begun = Math.min(...times.map((time) => time.begun));
  return (count * 1_000) / (Math.max(...times.map((time) => time.ended)) - begun);
}

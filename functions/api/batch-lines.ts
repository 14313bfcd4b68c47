/**
 * The results of a batch as JSON lines, page by page.
 *
 * @module
 */

import type { BatchResult } from "../../contracts/jobs/batches.ts";
import { API_PREFIX } from "../../contracts/routes/define-route.ts";
import { MAX_WEBHOOK_RESPONSE_BYTES } from "../../contracts/webhooks/webhooks.ts";
import { type BatchJob, readBatchJobs } from "../../shared/engine/batches/batch-jobs.ts";
import type { BatchRecord } from "../../shared/engine/batches/batch-record.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";

/** A page ends early at so many bytes: with the encoding around it, an answer has room for little more. */
const PAGE_BYTES = 3 * 1_024 * 1_024;
/** Lines whose results are read side by side; together they stay far below what an answer may have. */
const GROUP = 10;

/** One page of results. */
export interface ResultPage {
  readonly lines: string;
  /** Place of the input that the next page begins with; undefined when there is none. */
  readonly next: number | undefined;
}

/** Reads the results of up to so many jobs, from the place of an input on. */
export async function readResultPage(
  services: JobServices,
  batch: BatchRecord,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<ResultPage> {
  const jobs = await readBatchJobs(services, batch, { from, limit });
  const lines: string[] = [];
  let bytes = 0;
  for (let start = 0; start < jobs.length && bytes < PAGE_BYTES; start += GROUP) {
    const group = await Promise.all(jobs.slice(start, start + GROUP).map((each) => lineOf(services, batch, each)));
    for (const line of group) {
      lines.push(line);
      bytes += Buffer.byteLength(line);
    }
  }
  const next = from + lines.length;
  return { lines: lines.join(""), next: next < batch.total ? next : undefined };
}

async function lineOf(
  services: JobServices,
  { task_name }: BatchRecord,
  { place, taskId, job, status }: BatchJob,
): Promise<string> {
  const result = job ? await services.store.readResult(job) : null;
  const isLarge = Buffer.byteLength(JSON.stringify(result)) > MAX_WEBHOOK_RESPONSE_BYTES;
  const line: BatchResult = {
    index: place,
    task_id: taskId,
    task_name,
    status,
    result: isLarge ? null : (result as BatchResult["result"]),
    ...(isLarge && { result_url: `${API_PREFIX}/jobs/${taskId}/result` }),
    error: job?.error ?? null,
  };
  return `${JSON.stringify(line)}\n`;
}

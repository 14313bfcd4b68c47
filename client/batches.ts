/**
 * Batches: many jobs of one task, followed, cancelled and read together.
 *
 * @module
 */

import type { Call, SendForm } from "./http.ts";
import type { AnswerOf, BodyAt, QueryAt } from "./route-types.ts";
import { sleep } from "./sleep.ts";

/** What one request takes, with room for its other fields; larger lists go straight to S3. */
const DIRECT_BYTES = 3.5 * 1_024 * 1_024;

type Batch = AnswerOf<"GET /api/v1/batches/{batch_id}">;
type Job = AnswerOf<"GET /api/v1/jobs/{task_id}">;

/** What became of one input: a line of a batch's results. */
export interface BatchResult {
  /** Place of the input. */
  readonly index: number;
  readonly task_id: string;
  /** The batch's. */
  readonly task_name: string;
  readonly status: Job["status"] | "EXPIRED";
  /** Null when there is none, it has expired, or it is larger than 256 KB: then `result_url` has it. */
  readonly result: Job["result"];
  readonly result_url?: string;
  readonly error: Job["error"];
}

/** Where a batch is made, and its key. */
export interface BatchSubmitOptions {
  /** The same key and inputs give the same batch; one is generated when left out. */
  readonly idempotency_key?: string | undefined;
  /** Admin keys only; else the key's own project. */
  readonly project_id?: string | undefined;
}

/** The batch functions of the client. */
export function createBatches(call: Call, sendForm: SendForm) {
  const get = (batch_id: string) => call("GET /api/v1/batches/{batch_id}", { params: { batch_id } });

  /** Uploads a list of inputs to S3. @returns its `upload_id`, for `submit` */
  async function upload(inputs: readonly unknown[], query: { readonly project_id?: string | undefined } = {}) {
    const list = new Blob(inputs.map((input) => `${JSON.stringify(input ?? null)}\n`));
    const body = { size: list.size };
    const { upload_id, upload: form } = await call("POST /api/v1/batches/uploads", { query, body });
    const fields = new FormData();
    for (const [name, value] of Object.entries(form.fields)) fields.set(name, value);
    fields.set("file", list);
    await sendForm(form.url, fields);
    return upload_id;
  }

  return {
    upload,
    /**
     * Many jobs of one task, up to 10,000. Lists that are too large for a request are uploaded first.
     * @throws SluiceError 422 with the inputs at fault
     */
    async submit(
      body: BodyAt<"POST /api/v1/batches">,
      { idempotency_key = crypto.randomUUID(), project_id }: BatchSubmitOptions = {},
    ) {
      const { inputs, ...others } = body;
      const isLarge = Array.isArray(inputs) && new TextEncoder().encode(JSON.stringify(inputs)).length > DIRECT_BYTES;
      const sent = isLarge ? { ...others, upload_id: await upload(inputs, { project_id }) } : body;
      return await call("POST /api/v1/batches", { body: sent, idempotency_key, query: { project_id } });
    },
    /** Counts of its jobs by state. */
    get,
    /** One page, newest first. */
    list: (query: QueryAt<"GET /api/v1/batches"> = {}) => call("GET /api/v1/batches", { query }),
    /** Revokes what has not ended; cancelling twice is success. */
    cancel: (batch_id: string) => call("POST /api/v1/batches/{batch_id}/cancel", { params: { batch_id }, safe: true }),
    /** Resolves when every job has an outcome, whichever. Asks in growing steps, up to 15 s. */
    async wait(batch_id: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Batch> {
      for (let delay = 500; ; delay = Math.min(delay * 1.5, 15_000)) {
        const batch = await get(batch_id);
        if (batch.ready) return batch;
        await sleep(delay, signal);
      }
    },
    /** The result of each input, in their order, page by page as it is read. */
    async *results(batch_id: string, limit = 100): AsyncGenerator<BatchResult, void, undefined> {
      for (let from = 0; ; ) {
        const query = { limit, from };
        const page = await call("GET /api/v1/batches/{batch_id}/results", { params: { batch_id }, query });
        // Taken at its word, as every answer is.
        const lines = page.split("\n").filter((line) => line !== "");
        const results = lines.map((line) => JSON.parse(line) as BatchResult);
        yield* results;
        const last = results.at(-1);
        if (!last) return;
        from = last.index + 1;
      }
    },
  };
}

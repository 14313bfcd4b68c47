/**
 * Batches: what follows them, jobs that fail among others, and cancelling.
 *
 * @module
 */

import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import {
  batchAcceptedSchema,
  batchListSchema,
  batchResultSchema,
  batchSchema,
  batchUploadSchema,
} from "../../../contracts/jobs/batches.ts";
import { createdWebhookSecretSchema } from "../../../contracts/webhooks/webhooks.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../../helpers/webhook-receiver.ts";
import { type Lacks, testWith } from "./lacks.ts";
import type { Target } from "./target.ts";

const total = { type: "object", properties: { total: { type: "number" } }, required: ["total"] };

export function describeBatches(target: Target, lacks: Lacks): void {
  describe("batches", () => {
    let receiver: WebhookReceiver;
    let key: string;
    beforeAll(async () => {
      receiver = await startWebhookReceiver();
      key = await target.newKey(`e2e-batches-${Date.now()}`);
    });
    afterAll(() => receiver?.[Symbol.asyncDispose]());

    const submit = async (body: object) => {
      const answer = await target.call("POST", "/api/v1/batches", { key, body });
      expect(answer.status).toBe(202);
      return batchAcceptedSchema.parse(answer.body);
    };
    const read = async (id: string) =>
      batchSchema.parse((await target.call("GET", `/api/v1/batches/${id}`, { key })).body);
    const when = (id: string, holds: (batch: z.output<typeof batchSchema>) => boolean) =>
      eventually(`batch ${id} is over`, async () => {
        const batch = await read(id);
        return holds(batch) && batch;
      });

    test("a batch counts its jobs, is followed by one job, and is read line by line in the order of its inputs", async () => {
      const { batch_id: id, task_ids: taskIds } = await submit({
        task_name: "health_check",
        inputs: [{ echo: "a" }, { echo: "b" }, { echo: "c" }],
        on_complete: { task_name: "health_check", input: { echo: "all done" } },
      });

      const batch = await when(id, ({ on_complete_task_id }) => on_complete_task_id !== null);

      expect(batch).toMatchObject({ status: "COMPLETED", successful: true, counts: { SUCCESS: 3 }, expired: 0 });
      const follower = await target.finished(batch.on_complete_task_id ?? "", key);
      expect(follower).toMatchObject({ result: { echo: "all done" }, tags: { batch_id: id } });
      const pages = await Promise.all(
        [0, 2].map((from) => target.call("GET", `/api/v1/batches/${id}/results?limit=2&from=${from}`, { key })),
      );
      const lines = pages.flatMap(({ body }) => String(body).trimEnd().split("\n"));
      expect(lines.map((line) => batchResultSchema.parse(JSON.parse(line)))).toMatchObject(
        ["a", "b", "c"].map((echo, index) => ({ index, task_id: taskIds[index], status: "SUCCESS", result: { echo } })),
      );
      const { batches } = batchListSchema.parse((await target.call("GET", "/api/v1/batches", { key })).body);
      expect(batches).toMatchObject([
        { batch_id: id, status: "COMPLETED", ended: 3, succeeded: 3, failed: 0, total: 3 },
      ]);
    });

    testWith(
      lacks,
      "loopback",
      { name: "jobs that fail are counted, and the batch is told by one signed webhook" },
      async () => {
        const made = await target.call("POST", "/api/v1/webhooks/secrets", { key, body: {} });
        const { secret } = createdWebhookSecretSchema.parse(made.body);
        const requests = ["The total is 12 euros.", "Please call me back.", "Please pay a total of 30."];
        const { batch_id: id } = await submit({
          task_name: "normalize",
          inputs: requests.map((request) => ({ request, schema: total })),
          on_complete: { callback_url: receiver.url },
        });

        const { headers, body, payload } = await eventually("a webhook", () => receiver.batches[0]);

        new Webhook(secret).verify(body, headers);
        expect(payload).toMatchObject({
          type: "batch.completed",
          data: { success: false, data: { batch_id: id, total: 3, succeeded: 2, failed: 1, revoked: 0, expired: 0 } },
        });
        expect(await read(id)).toMatchObject({
          status: "COMPLETED",
          successful: false,
          counts: { SUCCESS: 2, FAILURE: 1 },
        });
        expect(receiver.batches).toHaveLength(1);
      },
    );

    test("a batch that is cancelled has its waiting jobs revoked", async () => {
      const inputs = Array.from({ length: 20 }, () => ({}));
      const { batch_id: id } = await submit({ task_name: "health_check", inputs, delay_seconds: 3_600 });

      const answer = await target.call("POST", `/api/v1/batches/${id}/cancel`, { key, body: {} });

      expect(answer).toMatchObject({ status: 202, body: { batch_id: id } });
      expect(await when(id, ({ ready }) => ready)).toMatchObject({ successful: false, counts: { REVOKED: 20 } });
    });

    test("a list of inputs that was uploaded is that of a batch", async () => {
      const form = await target.call("POST", "/api/v1/batches/uploads", { key, body: {} });
      expect(form.status).toBe(201);
      const { upload_id, upload } = batchUploadSchema.parse(form.body);
      const fields = new FormData();
      for (const [name, value] of Object.entries(upload.fields)) fields.set(name, value);
      fields.set("file", new Blob(['{"echo":"first"}\n{"echo":"second"}\n']));
      const posted = await fetch(upload.url, { method: "POST", body: fields });
      expect(posted.status).toBeLessThan(300);

      const { batch_id: id, total } = await submit({ task_name: "health_check", upload_id });

      expect(total).toBe(2);
      expect(await when(id, ({ ready }) => ready)).toMatchObject({ successful: true, counts: { SUCCESS: 2 } });
      const again = { task_name: "health_check", upload_id: crypto.randomUUID() };
      expect((await target.call("POST", "/api/v1/batches", { key, body: again })).status).toBe(422);
    });

    test("one input that does not fit, and no job is made", async () => {
      const body = { task_name: "normalize", inputs: [{ request: "one", schema: total }, { request: "two" }] };

      const answer = await target.call("POST", "/api/v1/batches", { key, body });

      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "/inputs/1/schema" }] } });
    });
  });
}

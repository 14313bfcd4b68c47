/**
 * Webhooks: told to a receiver on this machine, and verified with the reference library of Standard Webhooks.
 *
 * @module
 */

import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import { scheduleSchema } from "../../../contracts/schedules/schedules.ts";
import {
  createdWebhookSecretSchema,
  MAX_WEBHOOK_RESPONSE_BYTES,
  webhookDeliverySchema,
} from "../../../contracts/webhooks/webhooks.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../../helpers/webhook-receiver.ts";
import { type Lacks, testWith } from "./lacks.ts";
import type { Target } from "./target.ts";

/** What nobody may have called, in spellings that a careless check lets through. */
const forbidden = [
  ["plain http", "http://example.com/hook"],
  ["a private address", "https://10.0.0.1/hook"],
  ["the metadata address as one number", "https://2852039166/latest/meta-data"],
  ["a private address as IPv6", "https://[::ffff:192.168.0.1]/hook"],
  ["a user name", "https://user@example.com/hook"],
] as const;

const deliveriesSchema = z.object({ deliveries: z.array(webhookDeliverySchema) });

/** Waits longer than a first retry takes. */
const RETRY_MS = 240_000;

export function describeWebhooks(target: Target, lacks: Lacks): void {
  describe("webhooks", () => {
    let receiver: WebhookReceiver;
    let key: string;
    beforeAll(async () => {
      receiver = await startWebhookReceiver();
      key = await target.newKey(`e2e-webhooks-${Date.now()}`);
    });
    afterAll(() => receiver?.[Symbol.asyncDispose]());

    const rotate = async () => {
      const { status, body } = await target.call("POST", "/api/v1/webhooks/secrets", { key, body: {} });
      expect(status).toBe(201);
      return createdWebhookSecretSchema.parse(body).secret;
    };
    const submit = async (task: string, body: object) => {
      const answer = await target.call("POST", `/api/v1/tasks/${task}`, {
        key,
        body: { callback_url: receiver.url, ...body },
      });
      expect(answer.status).toBe(202);
      return acceptedSchema.parse(answer.body).task_id;
    };
    const told = (taskId: string, times = 1) =>
      eventually(`${times} webhooks about ${taskId}`, () => receiver.about(taskId)[times - 1]);
    const delivered = (taskId: string) =>
      eventually(`the delivery about ${taskId} is over`, async () => {
        const { body } = await target.call("GET", "/api/v1/webhooks/deliveries?limit=100", { key });
        const found = deliveriesSchema.parse(body).deliveries.find((each) => each.task_id === taskId);
        return found?.finished_at != null && found;
      });

    testWith(lacks, "loopback", { name: "a job's end is told once, signed, with its result" }, async () => {
      const secret = await rotate();
      const taskId = await submit("health_check", { input: { echo: "told" } });
      const { headers, body } = await told(taskId);

      expect(new Webhook(secret).verify(body, headers)).toMatchObject({
        type: "task.succeeded",
        data: { success: true, data: { task_id: taskId, task_name: "health_check", response: { echo: "told" } } },
      });
      expect(() => new Webhook(secret).verify(body.replace("told", "lied"), headers)).toThrow("No matching signature");
      expect(await delivered(taskId)).toMatchObject({ status: "SUCCESS", response_status: 204, attempts: 1 });
      expect(receiver.about(taskId)).toHaveLength(1);
    });

    testWith(lacks, "loopback", { name: "a result that is too large is not sent, but where it is" }, async () => {
      const taskId = await submit("health_check", { input: { echo: "x".repeat(MAX_WEBHOOK_RESPONSE_BYTES) } });
      const { data } = (await told(taskId)).payload.data;

      expect(data.response).toBeNull();
      const path = `/api/v1/jobs/${taskId}/result`;
      expect(data.result_url?.endsWith(path)).toBe(true);
      expect(await target.call("GET", path, { key })).toMatchObject({ status: 200 });
    });

    testWith(lacks, "loopback", { name: "the end of a schedule's job is told" }, async () => {
      const made = await target.call("POST", "/api/v1/schedules", {
        key,
        body: { task_name: "health_check", input: { echo: "daily" }, rate: "1 day", callback_url: receiver.url },
      });
      const { schedule_id: id, callback_url: url } = scheduleSchema.parse(made.body);
      expect(url).toBe(receiver.url);
      const run = await target.call("POST", `/api/v1/schedules/${id}/run`, { key, body: {} });
      const { task_id: taskId } = z.object({ task_id: z.string() }).parse(run.body);

      expect((await told(taskId)).payload.data).toMatchObject({ success: true, data: { response: { echo: "daily" } } });
      await target.call("DELETE", `/api/v1/schedules/${id}`, { key });
    });

    testWith(lacks, "loopback", { name: "after a rotation both secrets verify", timeout: RETRY_MS }, async () => {
      const secrets = [await rotate(), await rotate()];
      // A function may use the secrets that it has read for another minute.
      const signed = await eventually("a webhook with the new signatures", async () => {
        const { headers, body } = await told(await submit("health_check", { input: {} }));
        const verified = secrets.filter((secret) => {
          try {
            return new Webhook(secret).verify(body, headers);
          } catch {
            return false;
          }
        });
        return verified.length === secrets.length;
      });
      expect(signed).toBe(true);
    });

    testWith(
      lacks,
      "loopback",
      { name: "a job that fails for good and one that is revoked are told as such" },
      async () => {
        const failing = await submit("normalize", {
          input: {
            request: "Please call me back.",
            schema: { type: "object", required: ["total"], properties: { total: { type: "number" } } },
          },
        });
        const revoked = await submit("health_check", { input: {}, delay_seconds: 3_600 });
        await target.call("POST", `/api/v1/jobs/${revoked}/revoke`, { key, body: {} });

        expect((await told(failing)).payload).toMatchObject({
          type: "task.failed",
          data: {
            success: false,
            error: { type: "SchemaValidationError", retryable: false },
            data: { response: null },
          },
        });
        expect((await told(revoked)).payload).toMatchObject({ type: "task.revoked", data: { success: false } });
      },
    );

    testWith(
      lacks,
      "loopback",
      { name: "a receiver that fails is told again, and by hand once more, with one webhook-id", timeout: RETRY_MS },
      async () => {
        receiver.answer(503);
        const taskId = await submit("health_check", { input: {} });
        await told(taskId, 2);
        const delivery = await delivered(taskId);
        expect(delivery).toMatchObject({ status: "SUCCESS", attempts: 2, response_status: 204 });

        const path = `/api/v1/webhooks/deliveries/${delivery.id}/redeliver`;
        expect((await target.call("POST", path, { key, body: {} })).status).toBe(202);

        await told(taskId, 3);
        expect(new Set(receiver.about(taskId).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      },
    );

    testWith(
      lacks,
      "loopback",
      { name: "a receiver that is gone ends a delivery, whose log has its answer, until it is told by hand" },
      async () => {
        receiver.answer(410);
        const taskId = await submit("health_check", { input: {} });
        const delivery = await delivered(taskId);
        expect(delivery).toMatchObject({ status: "FAILURE", attempts: 1, response_status: 410 });

        await target.call("POST", `/api/v1/webhooks/deliveries/${delivery.id}/redeliver`, { key, body: {} });

        await told(taskId, 2);
        const again = await eventually("the delivery has succeeded", async () => {
          const found = await delivered(taskId);
          return found.status === "SUCCESS" && found;
        });
        expect(again).toMatchObject({ response_status: 204, error: null });
      },
    );

    test.each(forbidden)("are not sent to %s", async (_, callback_url) => {
      const body = { input: {}, callback_url };

      const answer = await target.call("POST", "/api/v1/tasks/health_check", { key, body });

      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "/callback_url" }] } });
    });
  });
}

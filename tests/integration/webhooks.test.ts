/**
 * Callbacks through the whole stack: a job ends, its webhook arrives, signed.
 *
 * @module
 */

import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { acceptedSchema } from "../../contracts/jobs/submit.ts";
import { problemSchema } from "../../contracts/problem.ts";
import { webhookDeliverySchema } from "../../contracts/webhooks/webhooks.ts";
import { eventually } from "../helpers/eventually.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../helpers/webhook-receiver.ts";

let stack: TestStack;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  stack = await startTestStack({ env: { WEBHOOK_ALLOW_LOOPBACK: "true" }, timeScale: 60 });
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

const secretSchema = z.object({ secret: z.string(), secret_id: z.string() });
async function rotate(overlapSeconds?: number) {
  const body = overlapSeconds === undefined ? {} : { overlap_seconds: overlapSeconds };
  const response = await stack.post("/webhooks/secrets", body);
  expect(response.status).toBe(201);
  return secretSchema.parse(await response.json());
}

const webhookAbout = (taskId: string) =>
  eventually(`a webhook about ${taskId}`, async () => receiver.about(taskId)[0], 60);

const deliveriesSchema = z.object({ deliveries: z.array(webhookDeliverySchema) });
async function deliveryOf(taskId: string) {
  const { deliveries } = deliveriesSchema.parse(await (await stack.request("/webhooks/deliveries?limit=100")).json());
  return deliveries.find((each) => each.task_id === taskId);
}

describe("a job with a callback URL", () => {
  it("that succeeds is told once, signed, with its result", async () => {
    const { secret } = await rotate();
    const taskId = await stack.submit("health_check", { echo: "hello" }, { callback_url: receiver.url });
    const { headers, body } = await webhookAbout(taskId);

    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      type: "task.succeeded",
      data: { success: true, data: { task_id: taskId, task_name: "health_check", response: { echo: "hello" } } },
    });
    const delivery = await eventually("the delivery has ended", async () => {
      const found = await deliveryOf(taskId);
      return found?.status === "SUCCESS" && found;
    });
    expect(delivery).toMatchObject({ response_status: 204, attempts: 1, error: null });
    expect(receiver.about(taskId)).toHaveLength(1);
  });

  it("that fails for good is told with its error", async () => {
    const input = { task_id: "00000000-0000-4000-8000-000000000000" };
    const taskId = await stack.submit("deliver_webhook", input, { callback_url: receiver.url });
    const { payload } = await webhookAbout(taskId);
    expect(payload).toMatchObject({
      type: "task.failed",
      data: { success: false, error: { type: "InvalidInputError", retryable: false }, data: { response: null } },
    });
  });

  it("that is revoked is told so", async () => {
    const taskId = await stack.submit("health_check", {}, { callback_url: receiver.url, delay_seconds: 3_600 });
    expect((await stack.post(`/jobs/${taskId}/revoke`, {})).status).toBe(200);
    expect((await webhookAbout(taskId)).payload).toMatchObject({ type: "task.revoked", data: { success: false } });
  });

  it("is told again when the receiver fails, with the same id", async () => {
    receiver.answer(500, 503);
    const taskId = await stack.submit("health_check", {}, { callback_url: receiver.url });
    await eventually("the third try", async () => receiver.about(taskId).length >= 3, 90);
    const ids = new Set(receiver.about(taskId).map(({ headers }) => headers["webhook-id"]));
    expect(ids.size).toBe(1);
    const delivery = await eventually("the delivery has ended", async () => {
      const found = await deliveryOf(taskId);
      return found?.status === "SUCCESS" && found;
    });
    expect(delivery.attempts).toBe(3);
  });

  it("whose receiver is gone leaves a dead letter, which can be delivered once more", async () => {
    receiver.answer(410);
    const taskId = await stack.submit("health_check", {}, { callback_url: receiver.url });
    const failed = await eventually("the delivery has failed", async () => {
      const found = await deliveryOf(taskId);
      return found?.status === "FAILURE" && found;
    });
    expect(failed).toMatchObject({ attempts: 1, error: { type: "WebhookGoneError" } });

    expect((await stack.post(`/webhooks/deliveries/${failed.id}/redeliver`, {})).status).toBe(202);
    await eventually("the second delivery", async () => receiver.about(taskId).length === 2);
    const again = await eventually("the delivery has succeeded", async () => {
      const found = await deliveryOf(taskId);
      return found?.status === "SUCCESS" && found;
    });
    expect(again.id).toBe(failed.id);
  });

  it("of a batch is told for each of its jobs", async () => {
    const response = await stack.post("/batches", {
      task_name: "health_check",
      inputs: [{ echo: 1 }, { echo: 2 }],
      callback_url: receiver.url,
    });
    const { task_ids: taskIds } = z.object({ task_ids: z.array(z.string()) }).parse(await response.json());
    for (const taskId of taskIds) expect((await webhookAbout(taskId)).payload.type).toBe("task.succeeded");
  });
});

describe("the signing secret", () => {
  it("is made with the first callback, and listed without its value", async () => {
    const { secret_id: id, secret } = await rotate(0);
    const text = await (await stack.request("/webhooks/secrets")).text();
    expect(JSON.parse(text)).toMatchObject({ secrets: [{ secret_id: id, expires_at: null }] });
    expect(text).not.toContain(secret);
  });

  it("still signs for the overlap of a rotation", async () => {
    const before = await rotate(0);
    const after = await rotate(3_600);
    const listed = z
      .object({ secrets: z.array(z.object({ secret_id: z.string(), expires_at: z.string().nullable() })) })
      .parse(await (await stack.request("/webhooks/secrets")).json());
    expect(listed.secrets.map((each) => each.secret_id)).toEqual([after.secret_id, before.secret_id]);
    expect(listed.secrets[1]?.expires_at).not.toBeNull();
  });
});

describe("a callback URL", () => {
  it.each(["http://10.0.0.1/", "https://169.254.169.254/", "ftp://example.com/", "not a url", "http://example.com/"])(
    "%s is refused with the field's name",
    async (url) => {
      const response = await stack.post("/tasks/health_check", { input: {}, callback_url: url });
      expect(response.status).toBe(422);
      expect(problemSchema.parse(await response.json()).errors).toMatchObject([{ path: "/callback_url" }]);
    },
  );

  it("is part of what an Idempotency-Key stands for", async () => {
    const headers = { "idempotency-key": "one-callback" };
    const first = await stack.post("/tasks/health_check", { input: {}, callback_url: receiver.url }, headers);
    const { task_id: taskId } = acceptedSchema.parse(await first.json());
    const repeated = await stack.post("/tasks/health_check", { input: {}, callback_url: receiver.url }, headers);
    expect(acceptedSchema.parse(await repeated.json()).task_id).toBe(taskId);
    expect((await stack.post("/tasks/health_check", { input: {} }, headers)).status).toBe(409);
  });
});

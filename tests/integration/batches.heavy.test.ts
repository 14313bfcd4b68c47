/**
 * Batches through the whole stack, by HTTP and by the client: made by a request or by a job, followed by a task or a webhook,
 * cancelled, and read.
 *
 * @module
 */

import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "../../client/index.ts";
import { MAX_INLINE_JOBS } from "../../contracts/jobs/batches.ts";
import { eventually } from "../helpers/eventually.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../helpers/webhook-receiver.ts";

let stack: TestStack;
let receiver: WebhookReceiver;
let client: Client;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  stack = await startTestStack({ env: { WEBHOOK_ALLOW_LOOPBACK: "true" }, timeScale: 60 });
  client = createClient(stack.stack);
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

const echoes = (count: number) => Array.from({ length: count }, (_, index) => ({ echo: index }));
const completed = (id: string, seconds = 120) =>
  eventually(
    `batch ${id} to be followed`,
    async () => {
      const batch = await client.batches.get(id);
      return batch.completed_at !== null && batch.on_complete_task_id !== null ? batch : undefined;
    },
    seconds,
  );

describe("a batch", () => {
  it("is followed by one task, which finds the batch by its tag", async () => {
    const { batch_id: id } = await client.batches.submit({
      task_name: "health_check",
      inputs: echoes(5),
      on_complete: { task_name: "health_check", input: { echo: "all done" } },
    });
    const batch = await completed(id);

    expect(batch).toMatchObject({ status: "COMPLETED", successful: true, counts: { SUCCESS: 5 } });
    const follower = await stack.waitFor(batch.on_complete_task_id ?? "");
    expect(follower).toMatchObject({ result: { echo: "all done" }, tags: { batch_id: id } });
    const { jobs } = await client.jobs.list({ tag: `batch_id:${id}` });
    expect(jobs.map(({ task_id }) => task_id)).toEqual([follower.task_id]);
  });

  it("is followed by one signed webhook, and its deliveries name it", async () => {
    const { secret } = await client.webhooks.rotate();
    const { batch_id: id } = await client.batches.submit({
      task_name: "health_check",
      inputs: echoes(3),
      on_complete: { callback_url: receiver.url },
    });
    await completed(id);
    const { headers, body, payload } = await eventually("a webhook", () => receiver.batches[0], 60);

    new Webhook(secret).verify(body, headers);
    expect(payload).toMatchObject({
      type: "batch.completed",
      data: { success: true, data: { batch_id: id, total: 3, succeeded: 3, failed: 0, revoked: 0, expired: 0 } },
    });
    expect(receiver.batches).toHaveLength(1);
    // The receiver has it a moment before its answer is noted.
    const delivery = await eventually(
      "the delivery",
      async () => {
        const { deliveries } = await client.webhooks.deliveries();
        return deliveries.find(({ batch_id, response_status }) => batch_id === id && response_status !== null);
      },
      60,
    );
    expect(delivery).toMatchObject({ task_id: null, response_status: 204 });
  });

  it("of more jobs than a request makes is made by a job, and read page by page", async () => {
    const count = MAX_INLINE_JOBS + 50;
    const { batch_id: id, task_ids: taskIds } = await client.batches.submit({
      task_name: "health_check",
      inputs: echoes(count),
      on_complete: { task_name: "health_check" },
    });
    expect(taskIds).toHaveLength(count);
    const batch = await completed(id, 240);

    expect(batch).toMatchObject({ status: "COMPLETED", successful: true, total: count, expired: 0 });
    const seen: unknown[] = [];
    for await (const { index, task_id, status, result } of client.batches.results(id, 400)) {
      seen.push([index, task_id, status, result]);
    }
    expect(seen).toEqual(
      taskIds.map((task_id, index) => [index, task_id, "SUCCESS", expect.objectContaining({ echo: index })]),
    );
    const { batches } = await client.batches.list();
    expect(batches[0]).toMatchObject({ batch_id: id, status: "COMPLETED", succeeded: count, total: count });
  }, 300_000);

  it("is made from a list that was uploaded", async () => {
    const upload_id = await client.batches.upload(echoes(4));
    const { batch_id: id, total } = await client.batches.submit({ task_name: "health_check", upload_id });

    expect(total).toBe(4);
    expect(await client.batches.wait(id)).toMatchObject({ successful: true });
    const results: unknown[] = [];
    for await (const { result } of client.batches.results(id)) results.push(result);
    expect(results).toEqual(echoes(4).map((each) => expect.objectContaining(each)));
  });

  it("that is cancelled revokes what waits, and cancelling it again is success", async () => {
    const { batch_id: id } = await client.batches.submit({
      task_name: "health_check",
      inputs: echoes(30),
      delay_seconds: 3_000,
    });
    expect(await client.batches.cancel(id)).toMatchObject({ status: "CANCELLED" });
    expect(await client.batches.cancel(id)).toMatchObject({ status: "CANCELLED" });

    expect(await client.batches.get(id)).toMatchObject({ ready: true, successful: false, counts: { REVOKED: 30 } });
  });

  it("does not exist for another project: neither read, listed, cancelled nor its results", async () => {
    const { batch_id: id } = await client.batches.submit({
      task_name: "health_check",
      inputs: echoes(2),
      delay_seconds: 3_000,
    });
    const { key = "" } = await client.keys.create({ project_id: "strangers", scopes: ["submit", "read"] });
    const stranger = createClient({ url: stack.stack.url, apiKey: key });

    await expect(stranger.batches.get(id)).rejects.toMatchObject({ status: 404 });
    await expect(stranger.batches.cancel(id)).rejects.toMatchObject({ status: 404 });
    await expect(stranger.batches.results(id).next()).rejects.toMatchObject({ status: 404 });
    expect((await stranger.batches.list()).batches).toEqual([]);
    await expect(stranger.batches.list({ project_id: "default" })).rejects.toMatchObject({ status: 403 });
    expect(await client.batches.get(id)).toMatchObject({ status: "RUNNING", counts: { PENDING: 2 } });
    await client.batches.cancel(id);
  });

  it("is not made of another project's upload", async () => {
    const upload_id = await client.batches.upload(echoes(1));
    const { key = "" } = await client.keys.create({ project_id: "strangers", scopes: ["submit", "read"] });
    const stranger = createClient({ url: stack.stack.url, apiKey: key });

    const stolen = stranger.batches.submit({ task_name: "health_check", upload_id });
    await expect(stolen).rejects.toMatchObject({ status: 422 });
  });
});

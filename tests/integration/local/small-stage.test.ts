/**
 * A stage of size `small` on the embedded stack, with data that a full one left: what is deployed to a new account.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { problemSchema } from "../../../contracts/problem.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../../helpers/webhook-receiver.ts";

const text =
  "The town has decided to mend the water pipes. They leak, and repairs take three months. Residents pay nothing.";
const env = { SLUICE_SIZE: "small", WEBHOOK_ALLOW_LOOPBACK: "true" };

let dataDir: string;
let receiver: WebhookReceiver;
let test: TestStack;
/** Revoked in the full stage, in a lane that the small one does not have. */
let left: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "sluice-small-"));
  receiver = await startWebhookReceiver();
  {
    await using full = await startTestStack({ dataDir });
    await full.post("/queues/summarize/pause", {});
    left = await full.submit("summarize", { text });
    expect((await full.post(`/jobs/${left}/revoke`, {})).status).toBe(200);
    expect(await full.job(left)).toMatchObject({ status: "REVOKED", worker: null });
  }
  test = await startTestStack({ dataDir, env });
});
afterAll(async () => {
  await test?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

describe("a small stage", () => {
  it("runs the tasks of language on one queue, whatever their priority", async () => {
    const jobs = await Promise.all([
      test.submit("summarize", { text }, { priority: 9 }),
      test.submit("keywords", { text }, { priority: 0 }),
    ]);
    const [summary, keywords] = await Promise.all(jobs.map((id) => test.waitFor(id)));

    expect(summary).toMatchObject({ status: "SUCCESS", worker: "language-low@lambda", priority: 9 });
    expect(keywords).toMatchObject({ status: "SUCCESS", worker: "language-low@lambda", priority: 0 });
  });

  it("checks its health, and sends webhooks from a function of their own", async () => {
    const id = await test.submit("health_check", { echo: 1 }, { callback_url: receiver.url });

    expect(await test.waitFor(id)).toMatchObject({ status: "SUCCESS", worker: "housekeeping-low@lambda" });
    const webhook = await eventually("a webhook", async () => receiver.about(id)[0]);
    expect(webhook.payload.data.data).toMatchObject({ task_id: id });
    const { deliveries } = z
      .object({ deliveries: z.array(z.object({ task_id: z.string().nullable(), id: z.string() })) })
      .parse(await (await test.request("/webhooks/deliveries")).json());
    const delivery = deliveries.find((each) => each.task_id === id)?.id ?? "";
    expect(await test.job(delivery)).toMatchObject({ worker: "callbacks-low@lambda" });
  });

  it("makes and settles a batch", async () => {
    const inputs = Array.from({ length: 4 }, (_, index) => ({ text: `${text} ${index}` }));
    const response = await test.post("/batches", {
      task_name: "keywords",
      inputs,
      on_complete: { callback_url: receiver.url },
    });
    const { batch_id: id } = z.object({ batch_id: z.string() }).parse(await response.json());

    const [webhook] = await eventually(
      "a webhook about the batch",
      async () => receiver.batches.length > 0 && receiver.batches,
    );

    expect(webhook?.payload.data).toMatchObject({ success: true, data: { batch_id: id, total: 4, succeeded: 4 } });
  });

  it("names its queues, counts their lanes, and pauses them", async () => {
    const { queues } = z
      .object({
        queues: z.array(
          z.object({
            name: z.string(),
            tasks: z.array(z.string()),
            lanes: z.array(z.object({ name: z.string(), reachable: z.boolean(), max_concurrency: z.number() })),
          }),
        ),
      })
      .parse(await (await test.request("/queues")).json());
    expect(queues.map(({ name, lanes }) => [name, ...lanes])).toEqual(
      ["language", "callbacks", "housekeeping"].map((name) => [
        name,
        { name: `${name}-low`, reachable: true, max_concurrency: 2 },
      ]),
    );
    expect(queues[0]?.tasks).toEqual(["summarize", "keywords", "normalize", "llm_call"]);
    expect((await test.post("/queues/language/pause", {})).status).toBe(200);
    const id = await test.submit("keywords", { text });
    expect((await test.post("/queues/language/resume", {})).status).toBe(200);
    expect(await test.waitFor(id)).toMatchObject({ status: "SUCCESS" });
    const unknown = await test.post("/queues/summarize/pause", {});
    expect(problemSchema.parse(await unknown.json()).detail).toContain("language, callbacks, housekeeping");
  });

  it("refuses a task of a family that it leaves out, by the setting", async () => {
    const response = await test.post("/tasks/evaluate_content", { input: { text } });
    expect([response.status, problemSchema.parse(await response.json()).detail]).toEqual([
      404,
      expect.stringMatching(/without the family evaluation, .*: add evaluation to SLUICE_FAMILIES and deploy/),
    ]);
  });

  it("shows its size and its numbers among the settings", async () => {
    const { settings } = z
      .object({ settings: z.array(z.object({ name: z.string(), value: z.unknown() })) })
      .parse(await (await test.request("/settings")).json());
    const value = (name: string) => settings.find((each) => each.name === name)?.value;
    expect(["SLUICE_SIZE", "SLUICE_FAMILIES", "SLUICE_ACCOUNT_CONCURRENCY", "WORKER_CONCURRENCY"].map(value)).toEqual([
      "small",
      "core,language",
      "10",
      "2",
    ]);
  });

  it("looks after its dead letters", async () => {
    const id = await test.submit("process_dead_letter_queue", {});
    expect(await test.waitFor(id)).toMatchObject({
      status: "SUCCESS",
      worker: "housekeeping-low@lambda",
      result: { total: 0 },
    });
  });

  it("runs a job again that a full stage left in a lane of its own", async () => {
    expect((await test.post(`/jobs/${left}/retry`, {})).status).toBe(202);
    expect(await test.waitFor(left)).toMatchObject({ status: "SUCCESS", worker: "language-low@lambda" });
  });
});

/**
 * Every function's bundle, invoked through AWS's runtime interface emulator with what AWS would send it: workers with the
 * message of a job, which they run to its end, while the embedded stack's own workers are paused.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { laneFor } from "../../contracts/jobs/lanes.ts";
import { jobListSchema } from "../../contracts/jobs/list.ts";
import { llmCallAcceptedSchema } from "../../contracts/llm/call.ts";
import { scheduleSchema } from "../../contracts/schedules/schedules.ts";
import { entryPoints } from "../../infra/functions.ts";
import { toRecord } from "../../local/mappings/records.ts";
import { familyInputs } from "../fixtures/family-inputs.ts";
import { requireInCi } from "../helpers/ci-tools.ts";
import { eventually } from "../helpers/eventually.ts";
import { httpEvent } from "../helpers/http-event.ts";
import { type EmulatedFunction, lambdaEmulator, startFunction } from "../helpers/lambda-emulator.ts";
import { type LlmServer, startLlmServer } from "../helpers/llm-server.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../helpers/webhook-receiver.ts";
import { writingModel } from "../helpers/writing-model.ts";

const TEXT = "Acoustic sensors find leaks in old water pipes within days.";
/** The sweeper of the stack itself comes once in an hour: what is swept here is swept by the bundle. Waits are as long as that. */
const RARE = 1 / 60;
const waits = { TASK_RETRY_BACKOFF_MAX: "60" };
const acceptedSchema = z.object({ task_id: z.string() });
/** Messages that one job may take: some run in several invocations. */
const MOST_MESSAGES = 12;

requireInCi("LAMBDA_RIE", lambdaEmulator !== undefined);

describe.skipIf(!lambdaEmulator)("bundles on AWS's runtime interface emulator (LAMBDA_RIE names it)", () => {
  let test: TestStack;
  let model: LlmServer;
  let receiver: WebhookReceiver;
  let folder: string;
  const running: EmulatedFunction[] = [];
  const sqs = () => new SQSClient(test.stack.endpoints.sqs);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-rie-"));
    [model, receiver] = await Promise.all([startLlmServer(), startWebhookReceiver()]);
    const env = {
      ...model.settings,
      ...waits,
      SLUICE_FAMILIES: "all",
      WEBHOOK_ALLOW_HTTP: "true",
      WEBHOOK_ALLOW_LOOPBACK: "true",
    };
    test = await startTestStack({ env, timeScale: RARE });
    await pauseAll(test);
  });
  afterEach(async () => {
    for (const each of running.splice(0)) await each[Symbol.asyncDispose]();
    model.always({ kind: "answer" });
  });
  afterAll(async () => {
    await test?.[Symbol.asyncDispose]();
    await model?.close();
    await receiver?.[Symbol.asyncDispose]();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const start = async (name: string, { stack } = test): Promise<EmulatedFunction> => {
    const started = await startFunction(stack, name, join(folder, "vectors.sqlite"));
    running.push(started);
    return started;
  };

  /** The stack's own workers receive nothing from now on. */
  async function pauseAll({ stack }: TestStack): Promise<void> {
    const lambda = new LambdaClient(stack.endpoints.lambda);
    const { EventSourceMappings: mappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    for (const { UUID } of mappings) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    lambda.destroy();
  }

  /** The event that Lambda would make of the next message of a queue, and how the message is deleted. */
  async function nextEvent(url: string, name: string) {
    const client = sqs();
    const message = await eventually(`a message in ${name}`, async () => {
      const { Messages: found } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: url, MessageSystemAttributeNames: ["All"], WaitTimeSeconds: 1 }),
      );
      return found?.[0];
    });
    const record = toRecord(message, `arn:aws:sqs:us-east-1:000000000000:sluice-local-${name}`, "us-east-1");
    const remove = () => client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
    return { event: { Records: [record] }, remove };
  }

  /** Gives a worker the messages of a job until it has ended, as the event source mapping would. */
  async function runJob(queue: string, taskId: string, worker?: EmulatedFunction) {
    const bundle = worker ?? (await start(queue));
    const { queue: own, lane } = placeOf(await test.job(taskId));
    const url = `${bundle.variables.SLUICE_QUEUE_URL_PREFIX}${own}-${lane}`;
    for (let messages = 0; messages < MOST_MESSAGES; messages++) {
      const { event, remove } = await nextEvent(url, `${own}-${lane}`);
      expect(await bundle.invoke(event), bundle.said()).toEqual({ batchItemFailures: [] });
      await remove();
      const job = await test.job(taskId);
      if (job.ready) return job;
    }
    throw new Error(`Job ${taskId} of ${queue} has not ended: ${JSON.stringify(await test.job(taskId))}`);
  }

  /** The queue and the lane of a job. */
  function placeOf({ task_name: name, priority }: { readonly task_name: string; readonly priority: number }) {
    const queue = catalog.findTask(name)?.queue ?? "";
    return { queue, lane: laneFor(priority, catalog.queueOf(queue).lanes) };
  }

  const family = (task: string): unknown => familyInputs.find(([name]) => name === task)?.[1];
  const submitted = (task: string, input: unknown = family(task)) => test.submit(task, input);
  const accepted = async (response: Promise<Response>): Promise<string> =>
    acceptedSchema.parse(await (await response).json()).task_id;
  const jobOf = async (task: string): Promise<string> => {
    const listed = jobListSchema.parse(await (await test.request(`/jobs?task_name=${task}&housekeeping=true`)).json());
    return listed.jobs[0]?.task_id ?? "";
  };

  /** Makes a job for each queue, as a caller or another job does. @returns its id */
  const orders: Readonly<Record<string, () => Promise<string>>> = {
    default: () => submitted("health_check", {}),
    summarize: () => submitted("summarize", { text: TEXT }),
    keywords: () => submitted("keywords", { text: TEXT }),
    normalize: () =>
      submitted("normalize", {
        request: "Move the printer to room 12.",
        schema: { type: "object", properties: { room: { type: "integer" } } },
      }),
    monitoring: () => submitted("get_queue_stats", {}),
    validation: () => submitted("validate_chapter_length"),
    export: () => submitted("export_to_markdown"),
    evaluation: () => submitted("score_aeo"),
    escalation: () => submitted("escalate"),
    extraction: () => submitted("classify", { text: TEXT, classes: ["pipes", "cooking"] }),
    "content-generation": async () => {
      model.always(writingModel());
      return await submitted("generate_introduction");
    },
    rewrite: async () => {
      model.always({ kind: "answer", content: TEXT.replace("Acoustic sensors find", "Sensors that listen find") });
      return await submitted("rewrite_content", { text: TEXT, goal: "friendlier", language: "en" });
    },
    "llm-call": async () => {
      const provider = JSON.stringify({ type: "openai-compatible", base_url: model.url, api_key: "sk-test" });
      await test.request("/llm/providers/own", {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: provider,
      });
      const asked = await test.post("/llm/call", { config: { provider: "own", model: "m" }, query: "Hi" });
      return llmCallAcceptedSchema.parse(await asked.json()).job_id;
    },
    embedding: () => accepted(test.post("/projects", { description: TEXT })),
    document: async () => {
      const upload = { method: "POST", headers: { "content-type": "text/plain" }, body: TEXT };
      const id = await accepted(test.request("/documents/upload?file_name=leaks.txt", upload));
      const uploads = await start("uploads");
      const url = `${uploads.variables.SLUICE_QUEUE_URL_PREFIX}uploads`;
      const { event, remove } = await nextEvent(url, "uploads");
      expect(await uploads.invoke(event), uploads.said()).toEqual({ batchItemFailures: [] });
      await remove();
      return id;
    },
    callbacks: async () => {
      const options = { callback_url: receiver.url };
      const id = await test.submit("health_check", {}, options);
      await runJob("default", id);
      return await jobOf("deliver_webhook");
    },
    batches: async () => {
      const answer = await test.post("/batches", {
        task_name: "health_check",
        inputs: [{}],
        priority: 5,
        on_complete: { task_name: "health_check", input: { echo: "after" } },
      });
      const { task_ids: ids } = z.object({ task_ids: z.array(z.string()) }).parse(await answer.json());
      await runJob("default", ids[0] ?? "");
      return await jobOf("settle_batch");
    },
  };

  it.each(catalog.queues.map(({ name }) => name))("%s runs a job of its queue to its end", async (queue) => {
    const order = orders[queue];
    if (!order) throw new Error(`There is no job for the queue ${queue}.`);
    const job = await runJob(queue, await order());

    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    if (queue === "callbacks") expect(receiver.received).toHaveLength(1);
  });

  it("the API takes a job of a key that the authorizer lets in, and refuses one that it does not", async () => {
    const [authorizer, api] = [await start("authorizer"), await start("api")];
    const wrong = { headers: { authorization: "Bearer slc_wrong" } };
    expect(await authorizer.invoke(wrong)).toMatchObject({ isAuthorized: false });
    const authorized = z
      .object({ isAuthorized: z.literal(true), context: z.record(z.string(), z.unknown()) })
      .parse(await authorizer.invoke({ headers: { authorization: `Bearer ${test.stack.apiKey}` } }));

    const body = { input: {} };
    const answer = await api.invoke(
      httpEvent("POST", "/api/v1/tasks/health_check", { body, authorized: authorized.context }),
    );

    const { statusCode, body: taken } = z.object({ statusCode: z.number(), body: z.string() }).parse(answer);
    expect(statusCode, api.said()).toBe(202);
    expect(await runJob("default", acceptedSchema.parse(JSON.parse(taken)).task_id)).toMatchObject({
      status: "SUCCESS",
    });
    const health = await api.invoke(httpEvent("GET", "/health", { key: null }));
    expect(health).toMatchObject({ statusCode: 200 });
  });

  it("the sweeper submits the job of a schedule whose time has come", async () => {
    const at = new Date(Date.now() + 2_000).toISOString();
    const made = await test.post("/schedules", { task_name: "health_check", input: { echo: "tick" }, at, priority: 5 });
    const { schedule_id: id } = scheduleSchema.parse(await made.json());
    const read = async () => scheduleSchema.parse(await (await test.request(`/schedules/${id}`)).json());
    expect(await read()).toMatchObject({ last_task_id: null });
    const sweeper = await start("sweeper");

    expect(await sweeper.invoke({}), sweeper.said()).not.toBeNull();

    const { last_task_id: taskId } = await read();
    expect(await runJob("default", taskId ?? "")).toMatchObject({ status: "SUCCESS", result: { echo: "tick" } });
  });

  it("the function of schedules submits its task once for a time", async () => {
    const scheduled = await start("scheduled");
    const event = { task_name: "health_check", input: { echo: "daily" }, scheduled_at: "2026-11-30T03:00:00Z" };

    const first = acceptedSchema.parse(await scheduled.invoke(event));
    expect(await scheduled.invoke(event)).toEqual(first);
    const { queue, lane } = placeOf(await test.job(first.task_id));
    expect([queue, lane]).toEqual(["default", "low"]);
    expect(await runJob("default", first.task_id)).toMatchObject({ status: "SUCCESS", result: { echo: "daily" } });
  });

  it("every function was invoked with an event of its own", () => {
    const single = ["api", "authorizer", "sweeper", "uploads", "scheduled"];
    expect(Object.keys(entryPoints(catalog.queues)).toSorted()).toEqual([...single, ...Object.keys(orders)].toSorted());
  });

  it("the functions that only a small stage has run the jobs of their families", async () => {
    const small = catalog.withSize("small");
    const own = Object.keys(entryPoints(small.queues)).filter((name) => !(name in entryPoints(catalog.queues)));
    expect(own.toSorted()).toEqual(["housekeeping", "language"]);
    await using stage = await startTestStack({
      env: { ...model.settings, ...waits, SLUICE_SIZE: "small" },
      timeScale: RARE,
    });
    await pauseAll(stage);
    const client = new SQSClient(stage.stack.endpoints.sqs);
    for (const [name, task, input] of [
      ["language", "keywords", { text: TEXT }],
      ["housekeeping", "get_queue_stats", {}],
    ] as const) {
      const bundle = await start(name, stage);
      const id = await stage.submit(task, input);
      const [lane] = small.queueOf(name).lanes.toReversed();
      const url = `${bundle.variables.SLUICE_QUEUE_URL_PREFIX}${name}-${lane}`;
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: url, MessageSystemAttributeNames: ["All"], WaitTimeSeconds: 5 }),
      );
      const arn = `arn:aws:sqs:us-east-1:000000000000:sluice-local-${name}-${lane}`;
      const event = { Records: messages.map((message) => toRecord(message, arn, "us-east-1")) };
      expect(event.Records, name).toHaveLength(1);
      expect(await bundle.invoke(event), bundle.said()).toEqual({ batchItemFailures: [] });
      expect(await stage.job(id)).toMatchObject({ status: "SUCCESS" });
    }
    client.destroy();
  });
});

import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import { queuePurgedSchema, queuesSchema, workersSchema } from "../../../contracts/monitoring/operations.ts";
import { queueRoutes } from "../../../contracts/routes/queues.ts";
import { allLanes } from "../../../shared/engine/monitoring/lanes.ts";
import { BatchStatistics } from "../../../shared/engine/monitoring/statistics.ts";
import { createMappings } from "../../../shared/engine/operations/mappings.ts";
import { workPartition } from "../../../shared/engine/table/addresses.ts";
import { type LambdaServer, startLambdaServer } from "../../helpers/lambda-server.ts";
import { TestApi } from "../../helpers/test-api.ts";
import { writeJobs } from "../../helpers/write-jobs.ts";

let api: TestApi;
let lambda: LambdaServer;
beforeAll(async () => {
  lambda = await startLambdaServer(
    allLanes(catalog).map((lane) => ({
      functionName: `sluice-test-${lane.queue}`,
      queueName: `sluice-test-${lane.name}`,
    })),
  );
  process.env.AWS_ENDPOINT_URL_LAMBDA = lambda.url;
  api = await TestApi.start({
    mappings: createMappings({ catalog, resources: { SLUICE_STAGE: "test" }, now: Date.now }),
  });
});
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_LAMBDA;
  await api.close();
  await lambda[Symbol.asyncDispose]();
});

const admin = { key: { tenant: "ops", scopes: ["admin"] as const } };

async function lane(name: string) {
  const { queues } = queuesSchema.parse((await api.call("GET", "/queues", admin)).body);
  return queues.flatMap((queue) => queue.lanes).find((each) => each.name === name);
}

async function worker(name: string) {
  const { workers } = workersSchema.parse((await api.call("GET", "/workers", admin)).body);
  return workers.find((each) => each.name === name);
}

describe("queues and workers", () => {
  it("show the depth of each lane and what runs from it", async () => {
    await api.submit({ task: "keywords" });
    await api.start(await api.submit({ task: "keywords", body: { input: { text: "Low." }, priority: 1 } }));

    expect(await lane("keywords-high")).toMatchObject({ depth: 1, active_tasks: 0, paused: false, max_concurrency: 7 });
    expect(await lane("keywords-low")).toMatchObject({ depth: 1, active_tasks: 1, worker: "keywords-low@lambda" });
    expect(await worker("keywords-low@lambda")).toMatchObject({ status: "active", registered_tasks: ["keywords"] });
    expect(await worker("normalize-low@lambda")).toMatchObject({ status: "idle" });
  });

  it("count delayed jobs whose messages SQS does not hold yet", async () => {
    const now = api.jobs.now();
    const later = { status: "PENDING", attempts: 0, lane: "low", needs_send: true, work_at: now + 7_200_000 } as const;
    await writeJobs(api.jobs.store, { tenant: "patient", count: 200, from: now }, (index) => {
      const id = `${index.toString(16).padStart(8, "0")}-delayed`;
      return { ...later, task_id: id, next_attempt_at: later.work_at, work_pk: workPartition("DUE", id) };
    });
    await api.submit({ body: { input: { text: "Soon." }, delay_seconds: 600, priority: 1 } });

    expect(await lane("summarize-low")).toMatchObject({ delayed: 201, depth: 0 });
  });

  it("tell how long a waiting message can have waited, from the job that was taken last", async () => {
    const statistics = new BatchStatistics();
    const run = { taskName: "keywords", tenant: "acme", status: "SUCCESS", usage: undefined } as const;
    statistics.add({ ...run, lane: "high", durationMs: 10_000, queuedMs: 30_000 });
    await statistics.flush(api.jobs.store, "keywords");
    await api.submit({ task: "keywords" });

    expect((await lane("keywords-high"))?.oldest_age_seconds).toBeCloseTo(40, -1);
    expect((await lane("normalize-high"))?.oldest_age_seconds).toBeNull();
  });

  it("tell the rate since the sample of a few minutes ago", async () => {
    const at = Date.now() - 4 * 60_000;
    const sample = { at, lanes: { "summarize-high": { depth: 0, ended: 0, age: null } } };
    const sk = String(Math.floor(at / 60_000)).padStart(10, "0");
    await api.jobs.store.table.document.send(
      new PutCommand({ TableName: api.jobs.store.table.name, Item: { pk: "SAMPLES", sk, ...sample } }),
    );
    const statistics = new BatchStatistics();
    const run = {
      taskName: "summarize",
      lane: "high",
      tenant: "acme",
      status: "SUCCESS",
      usage: undefined,
    } as const;
    for (let index = 0; index < 40; index++) statistics.add({ ...run, durationMs: 5, queuedMs: 5 });
    await statistics.flush(api.jobs.store, "summarize");

    expect((await lane("summarize-high"))?.rate_per_minute).toBeCloseTo(10, 0);
    const { samples } = queueRoutes.listSamples.response.schema.parse(
      (await api.call("GET", "/queues/history", admin)).body,
    );
    expect(samples[0]?.lanes).toContainEqual({
      name: "summarize-high",
      depth: 0,
      ended_total: 0,
      oldest_age_seconds: null,
    });
  });

  it("are paused and resumed by their event source mappings", async () => {
    const paused = await api.call("POST", "/queues/normalize/pause", { ...admin, body: { lane: "low" } });

    expect(paused).toMatchObject({
      status: 200,
      body: { queue: "normalize", lanes: [{ lane: "low", worker: "normalize-low@lambda", paused: true }] },
    });
    const disabled = lambda.mappings.filter((mapping) => mapping.State === "Disabling");
    expect(disabled.map((mapping) => mapping.EventSourceArn)).toEqual([expect.stringContaining("normalize-low")]);
    expect((await lane("normalize-low"))?.paused).toBe(true);
    expect((await worker("normalize-low@lambda"))?.status).toBe("paused");

    await api.call("POST", "/queues/normalize/resume", admin);

    expect((await lane("normalize-low"))?.paused).toBe(false);
  });

  it("can be seen when Lambda cannot be asked", async () => {
    const alone = await TestApi.start();
    try {
      const { queues } = queuesSchema.parse((await alone.call("GET", "/queues")).body);

      expect(queues[0]?.lanes[0]).toMatchObject({ paused: null, reachable: true });
      expect(await alone.call("POST", "/queues/normalize/pause", admin)).toMatchObject({ status: 503 });
    } finally {
      await alone.close();
    }
  });

  it("are paused, resumed and purged by admin keys alone", async () => {
    for (const what of ["pause", "resume", "purge"]) {
      expect((await api.call("POST", `/queues/normalize/${what}`)).status).toBe(403);
    }
  });
});

describe("purging a queue", () => {
  it("revokes what waits and leaves what runs or is delayed alone", async () => {
    const submit = (body = {}) => api.submit({ task: "normalize", body: { input: normalizeInput, ...body } });
    const [high, low, delayed, running] = [
      await submit(),
      await submit({ priority: 0 }),
      await submit({ delay_seconds: 600 }),
      await submit(),
    ];
    await api.start(running);

    const answer = await api.call("POST", "/queues/normalize/purge", admin);

    expect(queuePurgedSchema.parse(answer.body)).toEqual({ queue: "normalize", purged: 2, more: false });
    const states = await Promise.all([high, low, delayed, running].map(async (id) => (await api.record(id)).status));
    expect(states).toEqual(["REVOKED", "REVOKED", "PENDING", "STARTED"]);
  });
});

const normalizeInput = { request: "Two apples.", schema: { type: "object", properties: {} } };

describe("metrics", () => {
  it("are told in the Prometheus format, with the prefix asked for", async () => {
    const text = await api.text("/metrics?prefix=celery_", admin);

    expect(text).toMatch(/^# TYPE celery_task_total counter$/m);
    expect(text).toMatch(/^celery_task_total\{task_name="tasks.summarize",status="success"\} 40$/m);
    expect(text).toMatch(/^celery_active_tasks\{worker="keywords-low@lambda"\} 1$/m);
    expect(text).toMatch(/^celery_dlq_depth\{queue="normalize"\} 0$/m);
    expect(text).toMatch(/^celery_queue_depth\{queue="keywords",lane="high"\} \d+$/m);
  });

  it("have cumulative buckets that end with the count", async () => {
    const text = await api.text("/metrics", admin);

    const buckets = [
      ...text.matchAll(/^sluice_task_duration_seconds_bucket\{task_name="summarize",le="(.+)"\} (\d+)$/gm),
    ];
    const counts = buckets.map(([, , count]) => Number(count));
    expect(buckets.at(-1)?.[1]).toBe("+Inf");
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(text).toContain(`sluice_task_duration_seconds_count{task_name="summarize"} ${counts.at(-1)}`);
  });

  it("are for admin keys", async () => {
    expect((await api.call("GET", "/metrics")).status).toBe(403);
  });
});

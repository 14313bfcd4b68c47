/**
 * 20,000 jobs that wait, or as many as MANY_JOBS says, and runs of half of them, on the embedded stack with its data on disk: nothing is sent again or
 * lost while they wait, others pass them, and memory does not grow with what has run.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Client, createClient } from "../../client/index.ts";
import { MAX_BATCH_JOBS } from "../../contracts/jobs/batches.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { UNCLAIMED_AFTER_MS } from "../../shared/engine/sweeper/unclaimed.ts";
import { eventually } from "../helpers/eventually.ts";
import { outcomeOf, submit } from "../helpers/job-client.ts";

/** Sweeps, each of which looks at every job that waits, are a minute apart, divided by it. */
const TIME_SCALE = 4;
const QUEUED = Number(process.env.MANY_JOBS ?? 20_000);
const RUNS = QUEUED / 2;
/** What a process needs at all it has by then: loaded code, warm pools, grown heaps. */
const WARM_RUNS = 2_000;
/** 1.2 was seen of the whole process; 1.8 when each query left an iterator open. */
const GROWTH = 1.4;
const MINUTES = 25;
/** Seconds of what is waited for, not of how fast it is to be. */
const PATIENCE = MINUTES * 60;

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

let folder: string;
let stack: Stack;
let client: Client;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-many-"));
  stack = await startStack({ dataDir: folder, timeScale: TIME_SCALE, env: { LOG_LEVEL: "ERROR" } });
  client = createClient(stack);
});
afterAll(async () => {
  await stack?.stop(0);
  await rm(folder, { recursive: true, force: true });
});

const laneOf = async (name: string) => {
  const { queues } = await client.queues.list();
  const lane = queues.flatMap(({ lanes }) => lanes).find((each) => each.name === name);
  return lane ?? expect.fail(`There is no lane ${name}.`);
};
const waiting = async () => (await laneOf("default-low")).depth;

/** Megabytes of the main thread's heap without garbage, and of the whole process. */
function memory(): { heap: number; resident: number } {
  if (typeof collectGarbage !== "function") throw new Error("Garbage cannot be collected.");
  for (let round = 0; round < 3; round++) collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 1_024 ** 2, resident: rss / 1_024 ** 2 };
}

it(`${QUEUED} jobs wait without being sent again, and others pass them`, { timeout: MINUTES * 60_000 }, async () => {
  await client.queues.pause("default", { lane: "low" });
  const began = Date.now();
  for (let made = 0; made < QUEUED; made += MAX_BATCH_JOBS) {
    const inputs = Array.from({ length: Math.min(MAX_BATCH_JOBS, QUEUED - made) }, (_, index) => ({
      echo: made + index,
    }));
    await client.batches.submit({ task_name: "health_check", inputs });
  }
  await eventually(`${QUEUED} jobs wait`, async () => (await waiting()) >= QUEUED, PATIENCE);
  // Where the worker of a batch was held up for longer than its lease, a part of it was sent twice: those jobs run once.
  const sent = await waiting();
  expect(sent).toBeLessThan(QUEUED * 1.1);

  const passing = await Promise.all(
    Array.from({ length: 20 }, (_, echo) => submit(stack, "health_check", { input: { echo }, priority: 9 })),
  );
  for (const id of passing) expect(await outcomeOf(stack, id)).toMatchObject({ status: "SUCCESS" });
  // What has waited for a minute is looked at by the sweeper, every 15 s.
  await eventually("the first have been looked at", () => Date.now() - began > 2 * UNCLAIMED_AFTER_MS, PATIENCE);
  expect(await laneOf("default-low")).toMatchObject({ depth: sent, in_flight: 0 });
  const { jobs } = await client.jobs.list({ status: "PENDING", limit: 100 });
  expect(jobs).toHaveLength(100);
});

it(`${RUNS} runs leave memory as ${WARM_RUNS} did`, { timeout: MINUTES * 60_000 }, async () => {
  await client.queues.resume("default", { lane: "low" });
  await eventually(`${WARM_RUNS} have run`, async () => (await waiting()) <= QUEUED - WARM_RUNS, PATIENCE);
  const warm = memory();
  await eventually(`${RUNS} have run`, async () => (await waiting()) <= QUEUED - RUNS, PATIENCE);
  const end = memory();

  process.stdout.write(`MB after ${WARM_RUNS} and ${RUNS} runs: ${JSON.stringify({ warm, end })}\n`);
  expect(end.heap / warm.heap).toBeLessThan(GROWTH);
  expect(end.resident / warm.resident).toBeLessThan(GROWTH);
  const { jobs } = await client.jobs.list({ status: "FAILURE", limit: 100 });
  expect(jobs).toEqual([]);
});

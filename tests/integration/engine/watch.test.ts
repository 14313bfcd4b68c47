/**
 * What the sweeper sees of the whole stage: for each fault that an alarm is about, a value at which that alarm fires, and the
 * name of the lane, queue or task.
 */

import { DeleteQueueCommand, SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type AlarmKind, isFiring, type StageAlarm } from "../../../contracts/monitoring/alarms.ts";
import { transitions } from "../../../shared/engine/jobs/store.ts";
import { recordLosses } from "../../../shared/engine/monitoring/run-metrics.ts";
import { BatchStatistics, type RunFacts } from "../../../shared/engine/monitoring/statistics.ts";
import { Watch, watchStage } from "../../../shared/engine/monitoring/watch.ts";
import { batchHandler } from "../../../shared/engine/worker/queue-handler.ts";
import { Engine } from "../../helpers/engine.ts";
import { lambdaContext } from "../../helpers/lambda-context.ts";

const MINUTE_MS = 60_000;
let engine: Engine;
/** At the beginning of five minutes for which runs are counted. */
let now = Date.now();

beforeEach(async () => {
  now = Math.ceil((now + 1) / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
  engine = await Engine.start();
  Object.assign(engine.services, { now: () => now });
});
afterEach(() => engine.close());

const look = async (after = 0) => {
  now += after * MINUTE_MS;
  const { findings, unreachable, keepRuns } = await watchStage(engine.services);
  await keepRuns();
  expect(unreachable).toEqual([]);
  return new Map(findings.map((finding) => [finding.alarm, finding]));
};
const firing = (found: Awaited<ReturnType<typeof look>>): AlarmKind[] =>
  [...found.values()].filter(({ alarm, value }) => isFiring(alarm, value)).map(({ alarm }) => alarm);
const partsOf = (found: Awaited<ReturnType<typeof look>>, alarm: StageAlarm) =>
  Object.fromEntries(found.get(alarm)?.parts ?? []);

const send = (queue: string) =>
  engine.services.sqs.send(new SendMessageCommand({ QueueUrl: engine.queueUrl(queue), MessageBody: "x" }));
async function fill(queue: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 10) {
    const ids = Array.from({ length: Math.min(10, count - sent) }, (_, index) => String(index));
    const Entries = ids.map((Id) => ({ Id, MessageBody: "x" }));
    await engine.services.sqs.send(new SendMessageBatchCommand({ QueueUrl: engine.queueUrl(queue), Entries }));
  }
}
const run = { lane: "high", tenant: "acme", taskName: "test", usage: undefined, queuedMs: 1 } as const;
async function ended(count: number, each: Pick<RunFacts, "status" | "durationMs">): Promise<void> {
  const statistics = new BatchStatistics();
  for (let index = 0; index < count; index++) statistics.add({ ...run, ...each });
  await statistics.flush(engine.services.store, "test");
}
const good = { status: "SUCCESS", durationMs: 40 } as const;

it("finds nothing, and so publishes nothing, while all is well", async () => {
  expect([...(await look())]).toEqual([]);
  await ended(3, good);
  const found = await look(5);
  expect(firing(found)).toEqual([]);
  expect([...found.keys()]).toEqual(["slow"]);
});

it("finds a lane in which more than a hundred wait, and names it", async () => {
  await fill("test-high", 100);
  await send("test-low");
  expect(firing(await look())).toEqual([]);
  await send("test-high");
  const found = await look(1);
  expect(firing(found)).toEqual(["backlog"]);
  expect(partsOf(found, "backlog")).toEqual({ "test-high": 101, "test-low": 1 });
});

it("finds a lane from which nothing is taken for ten minutes, and not two lanes for five each", async () => {
  await send("test-low");
  for (let minute = 0; minute < 10; minute++) expect(firing(await look(1)), `minute ${minute}`).toEqual([]);
  // The low lane gives one, while the high one begins to stand still.
  await send("test-high");
  const statistics = new BatchStatistics();
  statistics.add({ ...run, ...good, lane: "low" });
  await statistics.flush(engine.services.store, "test");
  for (let minute = 0; minute < 10; minute++) expect(firing(await look(1)), `minute ${minute}`).toEqual([]);
  const found = await look(1);
  expect(firing(found)).toEqual(["idle"]);
  expect(partsOf(found, "idle")).toEqual({ "test-high": 10, "test-low": 10 });
});

it("takes a message without a run for consumption, and a job that is lost for none", async () => {
  const job = await engine.submit();
  await send("test-high");
  await look(1);
  await look(9);
  await recordLosses([job], { store: engine.services.store, logger: engine.worker.logger });
  const found = await look(1);
  expect(firing(found)).toEqual(["idle"]);
  expect(partsOf(found, "idle")).toEqual({ "test-high": 10 });

  await transitions(engine.services).revoke(job, { from: ["PENDING"], reason: "by a test" });
  const message = await engine.receive();
  await batchHandler(engine.worker)({ Records: message ? [message] : [] }, lambdaContext);
  expect(partsOf(await look(9), "idle")).toEqual({});
  expect(partsOf(await look(9), "idle")).toEqual({ "test-high": 9 });
});

it("takes a lane that was empty in between for one that is consumed", async () => {
  await send("test-low");
  for (let minute = 0; minute < 5; minute++) await look(1);
  const message = await engine.receive("test-low");
  if (message) await engine.acknowledge(message, "test-low");
  await look(1);
  await send("test-low");
  for (let minute = 0; minute < 9; minute++) await look(1);
  expect(firing(await look(1))).toEqual([]);
});

it("finds one dead letter in any queue, while somebody looks at it, too", async () => {
  await send("test-dlq");
  const found = await look();
  expect(firing(found)).toEqual(["deadLetters"]);
  expect(partsOf(found, "deadLetters")).toEqual({ test: 1 });
  await engine.receive("test-dlq");
  expect(firing(await look(1))).toEqual(["deadLetters"]);
});

it("finds a queue of whose runs more than one in a hundred failed within five minutes", async () => {
  await look();
  await ended(99, good);
  await ended(1, { ...good, status: "FAILURE" });
  expect(firing(await look(5))).toEqual([]);
  await ended(98, good);
  await ended(2, { ...good, status: "FAILURE" });
  // Between two times of counting there is nothing new to say.
  expect((await look(2)).has("failureRate")).toBe(false);
  const found = await look(3);
  expect(firing(found)).toEqual(["failureRate"]);
  expect(partsOf(found, "failureRate")).toEqual({ test: 2 });
  expect(firing(await look(5))).toEqual([]);
});

it("says nothing of failures and durations where counts were not kept of late: they may be of the stage's whole life", async () => {
  await ended(1, { status: "FAILURE", durationMs: 400_000 });
  expect(firing(await look())).toEqual([]);
  await ended(1, { ...good, status: "FAILURE" });
  expect(firing(await look(20))).toEqual([]);
  await ended(1, { ...good, status: "FAILURE" });
  expect(partsOf(await look(15), "failureRate")).toEqual({ test: 100 });
});

it("finds the same failures again when a look failed before they were published", async () => {
  await look();
  await ended(1, { ...good, status: "FAILURE" });
  now += 5 * MINUTE_MS;
  const logger = { warn: vi.fn(), error: vi.fn() };
  const published: ReadonlyMap<string, number>[] = [];
  const failing = vi
    .fn((values: ReadonlyMap<string, number>) => void published.push(values))
    .mockImplementationOnce(() => {
      throw new Error("not published");
    });
  const watch = new Watch(engine.services, logger, { publish: failing });
  expect((await watch.look())?.message).toBe("The stage could not be watched.");
  expect(await watch.look()).toBeUndefined();
  expect(await watch.look()).toBeUndefined();
  expect(published.map((values) => values.get("FailureRate"))).toEqual([100, undefined]);
});

it("ends a look that hangs, so that the sweep goes on", async () => {
  const logger = { warn: vi.fn(), error: vi.fn() };
  const watch = new Watch(engine.services, logger, { publish: () => {}, mostMs: 50 });
  vi.spyOn(engine.services.sqs, "send").mockImplementation(() => new Promise(() => {}));
  expect((await watch.look())?.cause).toEqual(new Error("It took more than 0.05 s."));
});

it("finds a task of whose runs more than one in twenty took over five minutes", async () => {
  await look();
  await ended(19, good);
  await ended(1, { ...good, durationMs: 400_000 });
  expect(firing(await look(5))).toEqual([]);
  await ended(18, good);
  await ended(2, { ...good, durationMs: 301_000 });
  const found = await look(5);
  expect(firing(found)).toEqual(["slow"]);
  expect(Object.keys(partsOf(found, "slow"))).toEqual(["test"]);
});

it("says which queues it could not ask, as their counts are not zero", async () => {
  await engine.services.sqs.send(new DeleteQueueCommand({ QueueUrl: engine.queueUrl("test-dlq") }));
  await engine.services.sqs.send(new DeleteQueueCommand({ QueueUrl: engine.queueUrl("test-low") }));
  expect((await watchStage(engine.services)).unreachable).toEqual(["test-low", "test-dlq"]);
});

it("publishes what it finds under the names that the alarms ask for, and logs which lane it is about", async () => {
  const logger = { warn: vi.fn(), error: vi.fn() };
  const published: ReadonlyMap<string, number>[] = [];
  const watch = new Watch(engine.services, logger, { publish: (values) => void published.push(values) });
  await send("test-dlq");
  await send("test-high");
  expect(await watch.look()).toBeUndefined();
  expect(published.map((values) => Object.fromEntries(values))).toEqual([{ MostWaiting: 1, DeadLetters: 1 }]);
  expect(logger.warn.mock.calls).toEqual([
    ["The dead-letter queue is not empty", { alarm: "deadLetters", value: 1, parts: { test: 1 } }],
  ]);
});

it("has its caller throw when a queue cannot be asked twice in a row, or anything else fails", async () => {
  const logger = { warn: vi.fn(), error: vi.fn() };
  const watch = new Watch(engine.services, logger, { publish: () => {} });
  await engine.services.sqs.send(new DeleteQueueCommand({ QueueUrl: engine.queueUrl("test-dlq") }));
  expect(await watch.look()).toBeUndefined();
  expect((await watch.look())?.message).toBe("These queues cannot be asked: test-dlq.");

  const fault = new Error("throttled");
  vi.spyOn(engine.services.store.table, "pages").mockImplementation(() => {
    throw fault;
  });
  expect((await watch.look())?.cause).toBe(fault);
  expect(logger.error).toHaveBeenCalledOnce();
});

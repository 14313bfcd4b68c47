/**
 * What lasts longer than one call: a table that is away, a backend that is down, records that cannot be read.
 *
 * @module
 */

import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { InvalidInputError, LLMServerError } from "../../../contracts/errors.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { WorkPartitions } from "../../../shared/engine/monitoring/work-at-once.ts";
import { workPartition, workPartitions } from "../../../shared/engine/table/addresses.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";

let harness: EngineHarness;
/** The table does not answer; the queue does. */
const OUTAGE = { call: 1, mode: "table outage" } as const;

const record = async (taskId: string) => (await harness.find(taskId)) ?? expect.fail("There is no job.");

describe("a table that is away for twenty minutes", () => {
  beforeAll(async () => {
    harness = await EngineHarness.start();
  });
  afterAll(() => harness.close());

  it("sends no waiting job to the dead letters: its message rests longer each time", async () => {
    const taskId = await harness.accepted();
    const end = harness.now + 20 * 60_000;
    let receives = 0;
    for (; harness.now < end; harness.pass(10)) {
      const message = await harness.engine.receive();
      if (!message) continue;
      receives += 1;
      expect((await harness.deliver(message, OUTAGE)).value).toBe("leave");
    }
    expect(receives).toBeLessThan(7);
    await harness.check(taskId, { end: ["SUCCESS"], runs: 1 });
  });
});

describe("a backend that is down", () => {
  beforeAll(async () => {
    harness = await EngineHarness.start({ breaker: true });
  });
  beforeEach(async () => {
    await harness.clear();
    // What the breaker remembers is over.
    harness.pass(3_600);
  });
  afterAll(() => harness.close());

  const down = () => Promise.reject(new LLMServerError("503"));
  const submitAndRun = async () => {
    const taskId = await harness.accepted();
    await harness.deliverAll();
    return record(taskId);
  };

  it("is not found by one job's retries", async () => {
    harness.script = down;
    const taskId = await harness.accepted();
    for (let attempt = 1; attempt <= 4; attempt++) {
      await harness.deliverAll();
      expect((await record(taskId)).attempts).toBe(attempt);
      harness.pass(100 * 2 ** attempt);
    }
    harness.script = async (run) => run;
    expect(await submitAndRun()).toMatchObject({ status: "SUCCESS" });
  });

  it("is found by five jobs; then none spends an attempt until the pause is over, and one failure more opens it again", async () => {
    harness.script = down;
    for (let job = 0; job < 5; job++) expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 1 });
    expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 0, needs_send: true });
    harness.pass(31);
    await harness.clear();
    harness.script = down;
    expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 1 });
    expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 0, needs_send: true });
  });

  it("is counted from zero after a success", async () => {
    harness.script = down;
    for (let job = 0; job < 5; job++) await submitAndRun();
    harness.pass(31);
    await harness.clear();
    expect(await submitAndRun()).toMatchObject({ status: "SUCCESS" });
    harness.script = down;
    for (let job = 0; job < 4; job++) await submitAndRun();
    expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 1 });
  });

  it("is not found by failures that lie far apart", async () => {
    harness.script = down;
    for (let job = 0; job < 8; job++) {
      expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 1 });
      harness.pass(120);
      await harness.clear();
      harness.script = down;
    }
  });

  it("does not keep a run's error from its record when the breaker cannot be opened", async () => {
    harness.script = down;
    for (let job = 0; job < 4; job++) await submitAndRun();
    const taskId = await harness.accepted();
    // Calls: claim, open the breaker, commit. The breaker's item was read before.
    const message = await harness.receive();
    await harness.deliver(message, { call: 2, mode: "unsent" });
    expect(await record(taskId)).toMatchObject({ status: "RETRY", error: { type: "LLMServerError" } });
  });
});

describe("the sweeper", () => {
  beforeAll(async () => {
    harness = await EngineHarness.start();
  });
  beforeEach(() => harness.clear());
  afterAll(() => harness.close());

  it("sends the jobs beside a record that cannot be read", async () => {
    const taskId = await harness.accepted({ delaySeconds: 3_600 });
    const { document, name: table } = harness.engine.services.store.table;
    const [place, at] = [workPartition("DUE", taskId), harness.now];
    const broken = { pk: "J#broken", sk: "head", status: "NEVER", work_pk: place, work_at: at };
    await document.send(new PutCommand({ TableName: table, Item: broken }));
    harness.pass(3_600);
    expect((await harness.sweep()).value).toMatchObject({ released: 1 });
    await harness.check(taskId, { end: ["SUCCESS"], runs: 1 });
  });

  it("looks for other work when part of it could not be read, and says so in the end", async () => {
    const taskId = await harness.accepted({ expiresIn: 60 });
    harness.pass(61);
    // As of an index that is too large to be read at once: the first call is that for running jobs.
    const every = { of: workPartitions } as unknown as WorkPartitions;
    vi.spyOn(WorkPartitions, "read").mockResolvedValueOnce(every);
    const swept = await harness.sweep({ call: 1, mode: "unsent" });
    expect(swept.error).toBeInstanceOf(AggregateError);
    expect((await record(taskId)).status).toBe("REVOKED");
  });

  it("reads every part when it cannot find out which there are", async () => {
    const taskId = await harness.accepted({ expiresIn: 60 });
    harness.pass(61);
    const swept = await harness.sweep({ call: 1, mode: "unsent" });
    expect(swept.error).toBeUndefined();
    expect((await record(taskId)).status).toBe("REVOKED");
  });
});

describe("a job that is run again on request", () => {
  beforeAll(async () => {
    harness = await EngineHarness.start();
  });
  afterAll(() => harness.close());

  it("is accepted though the queue is away, and shows nothing of its runs before", async () => {
    harness.script = () => Promise.reject(new InvalidInputError("no"));
    const taskId = await harness.accepted();
    await harness.deliverAll();
    const failed = await record(taskId);
    const { value } = await harness.faults.run({ call: 2, mode: "unsent" }, () =>
      retryJob(harness.engine.services, failed, { reason: "asked for" }),
    );
    expect(value).toMatchObject({ status: "PENDING", needs_send: true, attempts: 0 });
    const waiting = await record(taskId);
    for (const left of ["error", "result", "usage", "started_at", "finished_at", "worker"] as const) {
      expect(waiting[left], left).toBeUndefined();
    }
    harness.script = async (run) => run;
    await harness.check(taskId, { end: ["SUCCESS"], runs: 2 });
  });
});

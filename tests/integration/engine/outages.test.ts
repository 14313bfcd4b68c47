/**
 * What lasts longer than one call: a table that is away, a backend that is down, records that cannot be read.
 *
 * @module
 */

import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { InvalidInputError, LLMServerError } from "../../../contracts/errors.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { workPartition } from "../../../shared/engine/table/addresses.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
/** The table does not answer; the queue does. */
const OUTAGE = { call: 1, mode: "table outage" } as const;

const record = async (taskId: string) => (await rig.find(taskId)) ?? expect.fail("There is no job.");

describe("a table that is away for twenty minutes", () => {
  beforeAll(async () => {
    rig = await Rig.start();
  });
  afterAll(() => rig.close());

  it("sends no waiting job to the dead letters: its message rests longer each time", async () => {
    const taskId = await rig.accepted();
    const end = rig.now + 20 * 60_000;
    let receives = 0;
    for (; rig.now < end; rig.pass(10)) {
      const message = await rig.engine.receive();
      if (!message) continue;
      receives += 1;
      expect((await rig.deliver(message, OUTAGE)).value).toBe("leave");
    }
    expect(receives).toBeLessThan(7);
    await rig.check(taskId, { end: ["SUCCESS"], runs: 1 });
  });
});

describe("a backend that is down", () => {
  beforeAll(async () => {
    rig = await Rig.start({ breaker: true });
  });
  beforeEach(async () => {
    await rig.clear();
    // What the breaker remembers is over.
    rig.pass(3_600);
  });
  afterAll(() => rig.close());

  const down = () => Promise.reject(new LLMServerError("503"));
  const submitAndRun = async () => {
    const taskId = await rig.accepted();
    await rig.deliverAll();
    return record(taskId);
  };

  it("is not found by one job's retries", async () => {
    rig.script = down;
    const taskId = await rig.accepted();
    for (let attempt = 1; attempt <= 4; attempt++) {
      await rig.deliverAll();
      expect((await record(taskId)).attempts).toBe(attempt);
      rig.pass(100 * 2 ** attempt);
    }
    rig.script = async (run) => run;
    expect(await submitAndRun()).toMatchObject({ status: "SUCCESS" });
  });

  it("is found by five jobs; then none spends an attempt until the pause is over, and one failure more opens it again", async () => {
    rig.script = down;
    for (let job = 0; job < 5; job++) expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 1 });
    expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 0, needs_send: true });
    rig.pass(31);
    await rig.clear();
    rig.script = down;
    expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 1 });
    expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 0, needs_send: true });
  });

  it("is counted anew after a success", async () => {
    rig.script = down;
    for (let job = 0; job < 5; job++) await submitAndRun();
    rig.pass(31);
    await rig.clear();
    expect(await submitAndRun()).toMatchObject({ status: "SUCCESS" });
    rig.script = down;
    for (let job = 0; job < 4; job++) await submitAndRun();
    expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 1 });
  });

  it("is not found by failures that lie far apart", async () => {
    rig.script = down;
    for (let job = 0; job < 8; job++) {
      expect(await submitAndRun()).toMatchObject({ status: "RETRY", attempts: 1 });
      rig.pass(120);
      await rig.clear();
      rig.script = down;
    }
  });

  it("does not keep a run's error from its record when the breaker cannot be opened", async () => {
    rig.script = down;
    for (let job = 0; job < 4; job++) await submitAndRun();
    const taskId = await rig.accepted();
    // Calls: claim, open the breaker, commit. The breaker's item was read before.
    const message = await rig.receive();
    await rig.deliver(message, { call: 2, mode: "unsent" });
    expect(await record(taskId)).toMatchObject({ status: "RETRY", error: { type: "LLMServerError" } });
  });
});

describe("the sweeper", () => {
  beforeAll(async () => {
    rig = await Rig.start();
  });
  beforeEach(() => rig.clear());
  afterAll(() => rig.close());

  it("sends the jobs beside a record that cannot be read", async () => {
    const taskId = await rig.accepted({ delaySeconds: 3_600 });
    const { document, name: table } = rig.engine.services.store.table;
    const [place, at] = [workPartition("DUE", taskId), rig.now];
    const broken = { pk: "J#broken", sk: "head", status: "NEVER", work_pk: place, work_at: at };
    await document.send(new PutCommand({ TableName: table, Item: broken }));
    rig.pass(3_600);
    expect((await rig.sweep()).value).toMatchObject({ released: 1 });
    await rig.check(taskId, { end: ["SUCCESS"], runs: 1 });
  });

  it("looks for other work when part of it could not be read, and says so in the end", async () => {
    const taskId = await rig.accepted({ expiresIn: 60 });
    rig.pass(61);
    const swept = await rig.sweep({ call: 1, mode: "unsent" });
    expect(swept.error).toBeInstanceOf(AggregateError);
    expect((await record(taskId)).status).toBe("REVOKED");
  });
});

describe("a job that is run again on request", () => {
  beforeAll(async () => {
    rig = await Rig.start();
  });
  afterAll(() => rig.close());

  it("is accepted though the queue is away, and shows nothing of its life before", async () => {
    rig.script = () => Promise.reject(new InvalidInputError("no"));
    const taskId = await rig.accepted();
    await rig.deliverAll();
    const failed = await record(taskId);
    const { value } = await rig.faults.run({ call: 2, mode: "unsent" }, () =>
      retryJob(rig.engine.services, failed, "asked for"),
    );
    expect(value).toMatchObject({ status: "PENDING", needs_send: true, attempts: 0 });
    const waiting = await record(taskId);
    for (const left of ["error", "result", "usage", "started_at", "finished_at", "worker"] as const) {
      expect(waiting[left], left).toBeUndefined();
    }
    rig.script = async (run) => run;
    await rig.check(taskId, { end: ["SUCCESS"], runs: 2 });
  });
});

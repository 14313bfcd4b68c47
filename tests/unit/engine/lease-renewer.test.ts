/**
 * When a lease is renewed, when the record is only read, and when the run is stopped: on a clock of the test's own. What a
 * renewal writes and depends on is in tests/integration/engine/transitions-start.test.ts.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobServices } from "../../../shared/engine/jobs/services.ts";
import { LeaseLostError, LeaseRenewer, latestLease } from "../../../shared/engine/worker/lease-renewer.ts";

const LEASE = 60_000;
/** The record is read every 4 s at the most, and the lease renewed when a quarter of it has passed. */
const CHECK = 4_000;
const START = 1_750_000_000_000;
const END = START + LEASE;

interface Written {
  readonly lease_until: number;
  readonly work_at: number;
  readonly progress?: unknown;
}
type Answer = "held" | "lost" | "fails" | "hangs";

let writes: Written[];
let reads: number;
let lost: LeaseLostError[];
/** What the next write and read do. */
let write: Answer;
let read: Answer;
/** The record's status for another worker. */
let status: string | undefined;
let release: (() => void) | undefined;
/** What comes of a call that hung, once it is released. */
let hung: Answer;
let renewer: LeaseRenewer;

async function answer(how: Answer): Promise<boolean> {
  if (how === "fails") throw new Error("DynamoDB does not answer.");
  if (how !== "hangs") return how === "held";
  await new Promise<void>((done) => (release = done));
  return hung === "held";
}

function start(lease = LEASE, latest = START + 10 * LEASE): void {
  const services = {
    now: () => Date.now(),
    settings: {},
    store: {
      get: async () => {
        reads += 1;
        const token = (await answer(read)) ? "mine" : "other";
        return status === undefined ? undefined : { status, lease_token: token };
      },
      table: {
        updateIf: async (_: unknown, { set }: { readonly set: Written }) => {
          writes.push(set);
          return (await answer(write)) ? { pk: "J#1", status: "STARTED", ...recordOfNoInterest } : undefined;
        },
      },
    },
  } as unknown as JobServices;
  renewer = new LeaseRenewer(services, "1", {
    lease: { token: "mine", until: START + lease },
    latest,
    onLost: (reason) => lost.push(reason),
  });
}
const recordOfNoInterest = {
  sk: "JOB",
  task_name: "test",
  project_id: "p",
  queue: "test",
  lane: "high",
  priority: 5,
  generation: 1,
  attempts: 1,
  max_attempts: 4,
  trace_id: "t",
  created_at: 1,
  events: [],
  input: { in: "json", json: "1" },
  list_pk: "P#p#0",
  list_sk: "1",
  ttl: 1,
};
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  writes = [];
  reads = 0;
  lost = [];
  write = "held";
  read = "held";
  status = "STARTED";
  release = undefined;
  hung = "lost";
});
afterEach(() => {
  renewer?.stop();
  vi.useRealTimers();
});

it("a lease may last a second longer than the invocation", () => {
  expect(latestLease(1_000, 500)).toBe(2_500);
});

describe("a run that reports nothing", () => {
  it("has its record read every 4 seconds, and its lease renewed once a quarter of it has passed", async () => {
    start();
    await pass(CHECK - 1);
    expect([reads, writes.length]).toEqual([0, 0]);
    await pass(1);
    expect([reads, writes.length]).toEqual([1, 0]);
    await pass(2 * CHECK);
    expect([reads, writes.length]).toEqual([3, 0]);
    // 16 s is the first check after 15 s.
    await pass(CHECK);
    expect(reads).toBe(3);
    expect(writes).toEqual([
      { lease_until: START + 4 * CHECK + LEASE, work_at: START + 4 * CHECK + LEASE, progress: undefined },
    ]);
    // The next quarter counts from there.
    await pass(3 * CHECK);
    expect([reads, writes.length]).toEqual([6, 1]);
    await pass(CHECK);
    expect([reads, writes.length]).toEqual([6, 2]);
    expect(lost).toEqual([]);
  });

  it("is renewed at the quarter itself where that is a check", async () => {
    start(16_000);
    await pass(CHECK);
    expect([reads, writes.length]).toEqual([0, 1]);
  });

  it("has a short lease checked four times within it", async () => {
    start(2_000);
    await pass(499);
    expect(writes).toHaveLength(0);
    await pass(1);
    expect(writes.map(({ lease_until }) => lease_until)).toEqual([START + 2_500]);
  });

  it("is not renewed beyond its invocation, and never to an earlier end", async () => {
    start(LEASE, START + LEASE + 5_000);
    await pass(4 * CHECK);
    expect(writes.at(-1)?.lease_until).toBe(START + LEASE + 5_000);
    await pass(4 * CHECK);
    expect(writes.at(-1)?.lease_until).toBe(START + LEASE + 5_000);
    renewer.stop();
    vi.setSystemTime(START);
    start(LEASE, START + 1_000);
    await pass(4 * CHECK);
    expect(writes.at(-1)?.lease_until).toBe(END);
  });

  it("is left alone after stop", async () => {
    start();
    renewer.stop();
    await pass(LEASE);
    expect([reads, writes.length]).toEqual([0, 0]);
  });
});

describe("what a run reports", () => {
  const half = { current: 1, total: 2, message: null };

  it("is written with the next check, once", async () => {
    start();
    expect(renewer.reported).toStrictEqual({ progress: undefined });
    renewer.report({ progress: { current: 0, total: 2, message: null } });
    renewer.report({ progress: half });
    expect(renewer.reported).toEqual({ progress: half });
    await pass(CHECK);
    expect(writes).toEqual([{ lease_until: START + CHECK + LEASE, work_at: START + CHECK + LEASE, progress: half }]);
    await pass(CHECK);
    expect([reads, writes.length]).toEqual([1, 1]);
    await pass(3 * CHECK);
    // A renewal for its own sake carries it again.
    expect(writes).toHaveLength(2);
    expect(writes[1]).toMatchObject({ progress: half });
  });

  it("is written with the next check when it came while a heartbeat was under way", async () => {
    start();
    renewer.report({ progress: { current: 0, total: 2, message: null } });
    write = "hangs";
    await pass(CHECK);
    renewer.report({ progress: half });
    write = "held";
    // The heartbeat that hung got through with what was reported before it.
    hung = "held";
    release?.();
    await pass(CHECK);
    expect(writes).toHaveLength(2);
    expect(writes[1]).toMatchObject({ progress: half });
  });

  it("is written again when its heartbeat failed", async () => {
    start();
    renewer.report({ progress: half });
    write = "fails";
    await pass(CHECK);
    write = "held";
    await pass(CHECK);
    expect(writes).toHaveLength(2);
    expect(writes[1]).toMatchObject({ progress: half });
  });
});

describe("a lease is lost", () => {
  it.each([
    ["REVOKED", "The job was revoked."],
    ["STARTED", "The job's lease was lost."],
  ])("when a read finds the job %s for another", async (now, message) => {
    start();
    status = now;
    read = "lost";
    await pass(CHECK);
    expect(lost).toMatchObject([{ name: "LeaseLostError", state: now, message }]);
    await pass(LEASE);
    expect([reads, lost.length]).toEqual([1, 1]);
  });

  it("when the record is gone", async () => {
    start();
    status = undefined;
    await pass(CHECK);
    expect(lost).toMatchObject([{ state: undefined }]);
  });

  it.each([["REVOKED"], [undefined]])("when a heartbeat is refused and the record says %s", async (now) => {
    start(16_000);
    write = "lost";
    read = "lost";
    status = now;
    await pass(CHECK);
    expect(lost).toMatchObject([{ state: now }]);
    expect([reads, writes.length]).toEqual([1, 1]);
  });

  it("when heartbeats fail until it ends, and not before", async () => {
    start();
    write = "fails";
    read = "fails";
    await pass(LEASE - 1);
    expect(lost).toEqual([]);
    await pass(1);
    expect(lost).toMatchObject([{ state: undefined }]);
    const calls = reads + writes.length;
    await pass(LEASE);
    expect(reads + writes.length).toBe(calls);
  });

  it("not while heartbeats that failed get through in time", async () => {
    start();
    read = "fails";
    write = "fails";
    await pass(LEASE - CHECK);
    read = "held";
    write = "held";
    await pass(2 * LEASE);
    expect(lost).toEqual([]);
  });

  it("when a heartbeat hangs until it ends, once, with no second one beside it", async () => {
    start();
    read = "hangs";
    await pass(CHECK);
    await pass(LEASE - CHECK - 1);
    expect([reads, writes.length, lost.length]).toEqual([1, 0, 0]);
    await pass(1);
    expect(lost).toMatchObject([{ state: undefined }]);
    read = "lost";
    release?.();
    await pass(LEASE);
    expect([reads, lost.length]).toEqual([1, 1]);
  });

  it("not by a heartbeat that hung and got through", async () => {
    start();
    read = "hangs";
    await pass(2 * CHECK);
    read = "held";
    hung = "held";
    release?.();
    await pass(CHECK);
    expect(lost).toEqual([]);
    expect(reads).toBe(2);
  });
});

describe("before what must not be done for a lost job", () => {
  it("a job that was seen within 250 ms is not read", async () => {
    start();
    await pass(249);
    await renewer.assertHeld();
    expect(reads).toBe(0);
    await pass(1);
    await renewer.assertHeld();
    expect(reads).toBe(1);
    await pass(249);
    await renewer.assertHeld();
    expect(reads).toBe(1);
  });

  it("a job that was taken away is told, once", async () => {
    start();
    await pass(300);
    read = "lost";
    status = "REVOKED";
    await expect(renewer.assertHeld()).rejects.toMatchObject({ name: "LeaseLostError", state: "REVOKED" });
    expect(lost).toHaveLength(1);
    await pass(LEASE);
    expect([reads, lost.length]).toEqual([1, 1]);
  });

  it("a read that fails takes nothing away", async () => {
    start();
    await pass(300);
    read = "fails";
    await renewer.assertHeld();
    expect(lost).toEqual([]);
  });

  it("a lease that is over counts as lost without a read", async () => {
    start(1_000, START + 1_000);
    renewer.stop();
    await pass(999);
    await renewer.assertHeld();
    const before = reads;
    await pass(1);
    await expect(renewer.assertHeld()).rejects.toBeInstanceOf(LeaseLostError);
    expect(reads).toBe(before);
  });
});

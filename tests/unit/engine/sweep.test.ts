/**
 * The order of a sweep, what of the index it acts upon, and when it stops. What is done with one job is in
 * sweep-job.test.ts, and that it all fits together in tests/integration/engine.
 *
 * @module
 */

import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import type { JobServices } from "../../../shared/engine/jobs/services.ts";
import { type SweepOptions, sweep } from "../../../shared/engine/sweeper/sweep.ts";
import { Recorder } from "../../helpers/recorder.ts";

const { recorder } = vi.hoisted(() => ({ recorder: { current: undefined as unknown as Recorder } }));
const done = new Recorder();
recorder.current = done;
vi.mock("../../../shared/engine/sweeper/sweep-job.ts", async (original) => {
  const names = ["Delayed", "Ended", "Expiring", "Parked", "Retry", "Running", "Unclaimed", "Waiting"];
  const act = (name: string) =>
    [name, (_: unknown, ...given: unknown[]) => recorder.current.asked(name)(...given)] as const;
  return {
    ...(await original<object>()),
    ...Object.fromEntries([...names.map((name) => act(`sweep${name}`)), act("refuseUnsigned")]),
  };
});

const NOW = 1_750_000_000_000;
const SECOND = 1_000;

interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly at: number;
  readonly createdAt?: number;
  readonly project?: string;
  readonly queue?: string;
}
/** What the index holds. */
let index: Entry[];
/** What the records say where it is something else. */
let records: Record<string, Partial<JobRecord> | undefined>;
let remaining: () => number;
let failed: JobRecord[];
/** Partitions that cannot be read. */
let unreadable: string;
/** What SQS says that waits in a lane. */
let depths: Record<string, number>;

const partitionOf = ({ kind }: Entry) => `${kind}#0`;
const recordOf = (entry: Entry) => ({
  task_id: entry.id,
  work_pk: partitionOf(entry),
  work_at: entry.at,
  ...records[entry.id],
});

const services = {
  now: () => NOW,
  catalog: {
    queues: ["test", "other"].map((name) => ({ name, lanes: ["high", "low"] })),
    findTask: () => ({ queue: "test" }),
  },
  resources: { SLUICE_QUEUE_URL_PREFIX: "" },
  sqs: {
    send: async ({ input }: { readonly input: { readonly QueueUrl: string } }) => {
      done.calls.push(["depth", input.QueueUrl]);
      if (depths[input.QueueUrl] === undefined) throw new Error("SQS does not answer.");
      return { Attributes: { ApproximateNumberOfMessages: String(depths[input.QueueUrl]) } };
    },
  },
  store: {
    get: async (id: string, now: number) => {
      expect(now).toBe(NOW);
      const found = index.find((entry) => entry.id === id);
      return found && id in records && records[id] === undefined ? undefined : found && recordOf(found);
    },
    table: {
      // Larger than one call reads, so that each shard is read.
      whole: async () => undefined,
      async *pages({ partition, until = Infinity }: { readonly partition: string; readonly until?: number }) {
        done.calls.push(["read", partition, until]);
        if (unreadable !== "" && partition.startsWith(unreadable)) throw new Error(`${partition} cannot be read.`);
        yield index
          .filter((entry) => partitionOf(entry) === partition && entry.at <= until)
          .map((entry) => ({
            pk: `J#${entry.id}`,
            work_at: entry.at,
            task_name: "test",
            project_id: entry.project ?? "shop",
            queue: entry.queue ?? "test",
            lane: "low",
            status: "PENDING",
            created_at: entry.createdAt ?? entry.at,
          }));
      },
    },
  },
} as unknown as JobServices;
const options: SweepOptions = {
  logger: { error: (...given: unknown[]) => void done.calls.push(["error", ...given]) } as SweepOptions["logger"],
  remainingMs: () => remaining(),
};
const run = () => sweep(services, { ...options, failed });
const acts = () => done.calls.filter(([name]) => name.startsWith("sweep"));
/** Jobs that an act was asked for, by the act's name. */
const actedOn = (name: string) =>
  done.calls.filter(([each]) => each === name).map((call) => (call[1] as JobRecord).task_id);

beforeEach(() => {
  done.clear();
  index = [];
  records = {};
  remaining = () => 60_000;
  failed = [];
  unreadable = "";
  depths = { "test-low": 5, "other-low": 5 };
});

describe("a sweep", () => {
  it("reads every shard of each kind up to its time, what only workers make first", async () => {
    await run();
    const reads = done.calls.filter(([name]) => name === "read").map(([, partition, until]) => [partition, until]);
    const kinds: [string, number][] = [
      ["RUN", NOW - SECOND],
      ["DUE", NOW + 75 * SECOND],
      ["UNCLAIMED", NOW],
      ["WAIT#high", NOW - 60 * SECOND],
      ["WAIT#low", NOW - 60 * SECOND],
      ["EXPIRE", NOW],
      ["RETRY", NOW + 75 * SECOND],
      ["PARKED", NOW],
      ["CALLBACK", NOW - 30 * SECOND],
    ];
    expect(reads).toEqual(
      kinds.flatMap(([kind, until]) => Array.from({ length: 16 }, (_, shard) => [`${kind}#${shard}`, until])),
    );
  });

  it("acts on each kind in its own way, and counts what was done", async () => {
    index = ["RUN", "DUE", "UNCLAIMED", "EXPIRE", "RETRY", "PARKED", "CALLBACK"].map((kind) => ({
      id: kind,
      kind,
      at: NOW - 60 * SECOND,
    }));
    done.answers = {
      sweepRunning: "given_back",
      sweepDelayed: "released",
      sweepUnclaimed: "resent",
      sweepExpiring: "expired",
      sweepRetry: "failed",
      sweepParked: "released",
      sweepEnded: "called_back",
    };
    const counts = { released: 2, given_back: 1, resent: 1, failed: 1, expired: 1, called_back: 1 };
    expect(await run()).toStrictEqual(counts);
    expect(acts().map(([name, record]) => [name, (record as JobRecord).task_id])).toEqual([
      ["sweepRunning", "RUN"],
      ["sweepDelayed", "DUE"],
      ["sweepUnclaimed", "UNCLAIMED"],
      ["sweepExpiring", "EXPIRE"],
      ["sweepRetry", "RETRY"],
      ["sweepParked", "PARKED"],
      ["sweepEnded", "CALLBACK"],
    ]);
    done.answers = {};
    expect(await run()).toStrictEqual({
      released: 0,
      given_back: 0,
      resent: 0,
      failed: 0,
      expired: 0,
      called_back: 0,
    });
  });

  it("acts on a job only where its record stands where the index says", async () => {
    const at = NOW - 60 * SECOND;
    index = ["same", "moved", "later", "gone", "timeless", "last"].map((id) => ({ id, kind: "RUN", at }));
    records = {
      moved: { work_pk: "DUE#0" },
      later: { work_at: NOW - SECOND + 1 },
      gone: undefined,
      timeless: { work_at: undefined },
      last: { work_at: NOW - SECOND },
    };
    await run();
    expect(actedOn("sweepRunning")).toEqual(["same", "timeless", "last"]);
    expect(done.names).not.toContain("error");
  });

  it("does nothing else with a job that was refused", async () => {
    index = [{ id: "forged", kind: "DUE", at: NOW }];
    done.answers = { refuseUnsigned: "failed" };
    expect(await run()).toMatchObject({ failed: 1 });
    expect(acts()).toEqual([]);
  });

  it("continues after a job that could not be swept, and names it", async () => {
    index = [
      { id: "bad", kind: "RUN", at: NOW - 60 * SECOND },
      { id: "good", kind: "DUE", at: NOW },
    ];
    const error = new Error("no");
    done.answers = { sweepRunning: error, sweepDelayed: "released" };
    expect(await run()).toMatchObject({ released: 1 });
    expect(done.calls).toContainEqual(["error", "a job could not be swept", { task_id: "bad", error }]);
  });

  it("stops 5 s before its end", async () => {
    index = [
      { id: "1", kind: "RUN", at: NOW - 60 * SECOND },
      { id: "2", kind: "WAIT#low", at: NOW - 600 * SECOND },
    ];
    depths = { "test-low": 0 };
    remaining = () => 5_000;
    await run();
    expect(acts()).toEqual([]);
    remaining = () => 5_001;
    await run();
    expect(acts().map(([name]) => name)).toEqual(["sweepRunning", "sweepWaiting"]);
  });

  it("lets no flood of one kind keep the others waiting, and goes on with it after them", async () => {
    let now = 0;
    remaining = () => 60_000 - now;
    index = [
      ...Array.from({ length: 100 }, (_, i) => ({ id: `due${i}`, kind: "DUE", at: NOW })),
      { id: "expiring", kind: "EXPIRE", at: NOW },
      { id: "ended", kind: "CALLBACK", at: NOW - 60 * SECOND },
    ];
    // Each is a second of work, but for those that are done again.
    const seen = new Set<string>();
    done.answers = {
      sweepDelayed: ({ task_id }: JobRecord) => {
        if (!seen.has(task_id)) now += SECOND;
        seen.add(task_id);
      },
    };
    await run();
    const order = acts().map(([name]) => name);
    const after = order.indexOf("sweepEnded");
    expect(order.indexOf("sweepExpiring")).toBeGreaterThan(20);
    expect(order.slice(0, after).filter((name) => name === "sweepDelayed").length).toBeLessThan(40);
    expect(seen.size).toBeGreaterThan(50);
    expect(remaining()).toBeLessThan(10_000);
  });

  it.each(["RUN#3", "WAIT#low", "CALLBACK"])("says that %s could not be read, after all else", async (partition) => {
    unreadable = partition;
    index = [
      { id: "1", kind: "RUN", at: NOW - 60 * SECOND },
      { id: "2", kind: "PARKED", at: NOW },
    ];
    const error = await run().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({
      message: "Part of the work index could not be read.",
      errors: expect.arrayContaining([
        expect.objectContaining({ message: expect.stringContaining(partition.split("#")[0] as string) }),
      ]),
    });
    expect(acts().map(([name]) => name)).toEqual(["sweepRunning", "sweepParked"]);
  });

  it("collects the jobs that failed where nobody asks for them", async () => {
    await sweep(services, options);
    expect(done.calls.length).toBeGreaterThan(0);
  });
});

describe("waiting jobs", () => {
  const AT = NOW - 600 * SECOND;
  const wait = (id: string, more: Partial<Entry> = {}): Entry => ({ id, kind: "WAIT#low", at: AT, ...more });
  const running = (createdAt: number, more: Partial<Entry> = {}): Entry => ({
    id: `run${createdAt}${more.project ?? ""}`,
    kind: "RUN",
    // Not one whose lease is over.
    at: NOW,
    createdAt,
    ...more,
  });
  const looked = () => actedOn("sweepWaiting");

  it("that a later one was started past are looked at", async () => {
    index = [wait("1"), running(AT + SECOND + 1)];
    await run();
    expect(done.calls.find(([name]) => name === "sweepWaiting")).toEqual(["sweepWaiting", recordOf(wait("1")), AT]);
  });

  it("are not when those that run were made earlier, or within a second", async () => {
    index = [wait("1"), running(AT + SECOND), running(AT - 1), running(1)];
    await run();
    expect(looked()).toEqual([]);
  });

  it("count the latest of those that run", async () => {
    index = [wait("1"), running(AT + 9 * SECOND), running(AT - 1)];
    await run();
    expect(looked()).toEqual(["1"]);
  });

  it("are not passed by jobs of another queue", async () => {
    index = [wait("1"), running(NOW, { queue: "other" })];
    await run();
    expect(looked()).toEqual([]);
  });

  it("are passed by another project's while they are fewer than ten", async () => {
    const of = (count: number) => Array.from({ length: count }, (_, number) => wait(String(number)));
    index = [...of(9), running(NOW, { project: "other" })];
    await run();
    expect(looked()).toHaveLength(9);
    done.clear();
    index = [...of(10), running(NOW, { project: "other" })];
    await run();
    expect(looked()).toEqual([]);
    index.push(running(NOW));
    await run();
    expect(looked()).toHaveLength(10);
  });

  it("are not waited for where their lane is gone, which nobody is asked about", async () => {
    index = [wait("1", { queue: "earlier" }), running(1)];
    await run();
    expect(looked()).toEqual(["1"]);
    expect(done.names).not.toContain("depth");
  });

  it("are counted by project, and by queue", async () => {
    const of = (count: number, more: Partial<Entry>) =>
      Array.from({ length: count }, (_, number) => wait(`${number}${JSON.stringify(more)}`, more));
    index = [
      ...of(9, {}),
      ...of(9, { project: "third" }),
      ...of(9, { queue: "other" }),
      running(NOW, { project: "fourth" }),
      running(NOW, { project: "fourth", queue: "other" }),
    ];
    await run();
    expect(looked()).toHaveLength(27);
  });

  it("in a lane that is empty are looked at, and each lane is asked once", async () => {
    index = [wait("1"), wait("2"), wait("3", { queue: "other" })];
    depths = { "test-low": 0, "other-low": 1 };
    await run();
    expect(looked()).toEqual(["1", "2"]);
    expect(done.calls.filter(([name]) => name === "depth")).toEqual([
      ["depth", "test-low"],
      ["depth", "other-low"],
    ]);
  });

  it("in a lane that cannot be reached are not", async () => {
    index = [wait("1")];
    depths = {};
    await run();
    expect(looked()).toEqual([]);
  });

  it("read what runs once", async () => {
    index = [wait("1"), wait("2")];
    await run();
    // Once for those whose lease is over, once for those that run.
    expect(done.calls.filter(([name, partition]) => name === "read" && partition === "RUN#0")).toHaveLength(2);
  });

  it("are looked at only where their records stand where the index says", async () => {
    depths = { "test-low": 0 };
    index = [wait("same"), wait("later"), wait("moved"), wait("other"), wait("gone"), wait("placeless")];
    records = {
      later: { work_at: AT + 1 },
      moved: { work_pk: "RUN#0" },
      other: { work_pk: "WAIT#high#0" },
      gone: undefined,
      placeless: { work_pk: undefined },
    };
    await run();
    expect(looked()).toEqual(["same"]);
    expect(done.names).not.toContain("error");
  });

  it("continue after one that could not be looked at, which is named", async () => {
    depths = { "test-low": 0 };
    index = [wait("bad"), wait("good")];
    const error = new Error("no");
    done.answers = { sweepWaiting: (record: JobRecord) => (record.task_id === "bad" ? error : undefined) };
    await run();
    expect(looked()).toEqual(["bad", "good"]);
    expect(done.calls).toContainEqual(["error", "a waiting job could not be looked at", { task_id: "bad", error }]);
  });
});

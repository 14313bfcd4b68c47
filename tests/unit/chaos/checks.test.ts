/**
 * Each check of a run with faults fails for a history in which just that is wrong.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import {
  type CheckName,
  checkNames,
  type Ended,
  examine,
  type History,
  type Order,
  plants,
} from "../../helpers/chaos-checks.ts";

const order = (echo: string, given: Partial<Order> = {}): Order => ({
  ...{ echo, fails: false, isRevoked: false, hasCallback: false },
  ...{ isLong: false, isCritical: false, expiresIn: undefined },
  ...given,
});

const ended = (status: Ended["status"], given: Partial<Ended> = {}): Ended => ({
  ...{ status, error: undefined, echo: undefined, finishedAt: 10_000, parentId: undefined, createdAt: 1_000 },
  ...given,
});

const right: History = {
  accepted: [
    { key: "a", ids: new Set(["1"]), order: order("one", { hasCallback: true }), answeredAt: 1_000 },
    { key: "b", ids: new Set(["2"]), order: order("two", { fails: true }), answeredAt: 1_000 },
    { key: "c", ids: new Set(["3"]), order: order("three", { isRevoked: true }), answeredAt: 1_000 },
    { key: "d", ids: new Set(["long"]), order: order("long", { isLong: true }), answeredAt: 1_000 },
    { key: "e", ids: new Set(["critical"]), order: order("critical", { isCritical: true }), answeredAt: 1_000 },
    { key: "f", ids: new Set(["expired"]), order: order("expired", { expiresIn: 5 }), answeredAt: 1_000 },
    { key: "g", ids: new Set(["in time"]), order: order("in time", { expiresIn: 5 }), answeredAt: 1_000 },
  ],
  jobs: new Map([
    ["1", ended("SUCCESS", { echo: "one" })],
    ["2", ended("FAILURE", { error: "Error" })],
    ["3", ended("REVOKED")],
    ["4", ended("SUCCESS", { echo: "four" })],
    ["long", ended("SUCCESS", { echo: "long" })],
    ...[0, 1, 2].map((step) => [`step ${step}`, ended("SUCCESS", { parentId: "long" })] as const),
    ["critical", ended("FAILURE", { error: "WorkerLostError" })],
    ["expired", ended("REVOKED")],
    ["in time", ended("SUCCESS", { echo: "in time" })],
    ["at noon", ended("SUCCESS")],
    ["late", ended("SUCCESS", { createdAt: 185_000 })],
  ]),
  listed: 13,
  firstOutcomes: new Map([
    ["1", "SUCCESS"],
    ["2", "FAILURE"],
  ]),
  runs: [
    { task_id: "1", attempt: 1, at: 9_000 },
    // Within what clocks may differ.
    { task_id: "2", attempt: 1, at: 11_000 },
    { task_id: "long", attempt: 1, at: 2_000, step: 0 },
    { task_id: "long", attempt: 1, at: 3_000, step: 1 },
    // A worker that has lost the job to the next one, within what clocks may differ.
    { task_id: "long", attempt: 1, at: 3_500, step: 0 },
    { task_id: "critical", attempt: 1, at: 9_000 },
    { task_id: "in time", attempt: 1, at: 6_000 },
    { task_id: "in time", attempt: 2, at: 9_500 },
  ],
  changes: [],
  schedules: [
    {
      due: new Map([
        [60_000, "at noon"],
        [120_000, "late"],
        [180_000, "made up for by the late one"],
      ]),
      atItsEdges: new Set(["at its edge"]),
    },
  ],
  deadLetters: new Set(["2", "critical"]),
  deadMessages: 2,
  messagesLeft: 0,
  told: new Map([["1", "SUCCESS"]]),
  batch: { ids: ["4"], total: 1, counts: { SUCCESS: 1, PENDING: 0 }, isComplete: true },
  skewMs: 1_000,
};

const { jobs, accepted } = right;
const changed = (id: string, change: object) =>
  new Map([...jobs].map(([key, job]) => [key, key === id ? { ...job, ...change } : job] as const));

/** What is wrong in each. */
const wrong: readonly [CheckName, string, Partial<History>][] = [
  ["every accepted job has an outcome", "a job waits", { jobs: changed("1", { status: "PENDING" }) }],
  [
    "every accepted job has an outcome",
    "a job is not there",
    { jobs: new Map([...jobs].filter(([id]) => id !== "3")) },
  ],
  ["a record stays, and is listed once", "the list has a job twice", { listed: 14 }],
  ["a record stays, and is listed once", "a job is gone", { firstOutcomes: new Map([["9", "SUCCESS"]]) }],
  [
    "one Idempotency-Key is one job",
    "a key was answered with two jobs",
    {
      accepted: accepted.map((each) => ({ ...each, ids: new Set([...each.ids, ...(each.key === "a" ? ["4"] : [])]) })),
    },
  ],
  [
    "one Idempotency-Key is one job",
    "there is one more record",
    { jobs: new Map([...jobs, ["5", ended("SUCCESS", { echo: "one", finishedAt: 1 })]]), listed: 14 },
  ],
  ["an outcome does not change", "a success became a failure", { firstOutcomes: new Map([["1", "FAILURE"]]) }],
  ["an outcome does not change", "it was another one for a while", { changes: ["1 was SUCCESS, and then RETRY"] }],
  [
    "a job does not start after its expiry",
    "it does",
    { runs: [...right.runs, { task_id: "expired", attempt: 1, at: 8_001 }] },
  ],
  [
    "a job of class critical is run once at most",
    "it is run again",
    { runs: [...right.runs, { task_id: "critical", attempt: 2, at: 9_500 }] },
  ],
  [
    "a long job does each step once, in order",
    "a step has no job",
    { jobs: new Map([...jobs].filter(([id]) => id !== "step 1")) },
  ],
  [
    "a long job does each step once, in order",
    "a step has two jobs",
    { jobs: new Map([...jobs, ["step 1 again", ended("SUCCESS", { parentId: "long" })]]) },
  ],
  [
    "a long job does each step once, in order",
    "it goes back",
    { runs: [...right.runs, { task_id: "long", attempt: 1, at: 5_001, step: 0 }] },
  ],
  [
    "a schedule has one job for each time",
    "a time has none",
    { jobs: new Map([...jobs].filter(([id]) => id !== "at noon")) },
  ],
  [
    "a schedule has one job for each time",
    "one has none though nothing was late",
    { jobs: changed("late", { createdAt: 100_000 }) },
  ],
  [
    "a schedule has one job for each time",
    "one has none after the late job was made",
    { jobs: changed("late", { createdAt: 179_999 }) },
  ],
  [
    "the outcome is what was ordered, or a failure that names the fault",
    "what was to fail is a success",
    { jobs: changed("2", { status: "SUCCESS", echo: "two" }) },
  ],
  [
    "the outcome is what was ordered, or a failure that names the fault",
    "an error that nobody ordered",
    { jobs: changed("1", { status: "FAILURE", error: "TypeError" }) },
  ],
  [
    "the outcome is what was ordered, or a failure that names the fault",
    "revoked by nobody",
    { jobs: changed("1", { status: "REVOKED" }) },
  ],
  [
    "the outcome is what was ordered, or a failure that names the fault",
    "a queue refused what a job does not submit",
    { jobs: changed("1", { status: "FAILURE", error: "QueueUnavailableError" }) },
  ],
  ["a result is its own job's", "another's result", { jobs: changed("1", { echo: "two" }) }],
  ["no job is run after its end", "a late run", { runs: [{ task_id: "1", attempt: 1, at: 12_001 }] }],
  ["dead letters are the jobs that failed", "a failure is none", { deadLetters: new Set() }],
  ["dead letters are the jobs that failed", "a success is one", { deadLetters: new Set(["1", "2", "critical"]) }],
  ["dead letters are the jobs that failed", "the message is gone", { deadMessages: 0 }],
  ["nothing is left in the queues", "a message is", { messagesLeft: 1 }],
  ["every webhook is delivered, with the outcome", "nothing was told", { told: new Map() }],
  ["every webhook is delivered, with the outcome", "another outcome was told", { told: new Map([["1", "FAILURE"]]) }],
  ["a batch ends once, with exact counts", "it has not ended", { batch: { ...right.batch, isComplete: false } }],
  ["a batch ends once, with exact counts", "a job is missing", { batch: { ...right.batch, total: 2 } }],
  ["a batch ends once, with exact counts", "a wrong count", { batch: { ...right.batch, counts: { FAILURE: 1 } } }],
];

const failing = (history: History) => checkNames.filter((name) => examine(history)[name].length > 0);

describe("a history of a run with faults", () => {
  it("passes when all is right", () => {
    expect(failing(right)).toEqual([]);
  });

  it("passes when a queue refused what a long job submits, until its attempts were spent", () => {
    const refused = { status: "FAILURE", error: "QueueUnavailableError", echo: undefined } as const;
    const deadLetters = new Set([...right.deadLetters, "long"]);
    expect(failing({ ...right, jobs: changed("long", refused), deadLetters, deadMessages: 3 })).toEqual([]);
  });

  it.each(wrong)("fails at '%s' when %s", (check, _, change) => {
    expect(failing({ ...right, ...change })).toContain(check);
  });

  it("has a bug to plant for each check", () => {
    expect(new Set(Object.values(plants))).toEqual(new Set(checkNames));
  });

  it("is examined for something wrong by each check", () => {
    expect(new Set(wrong.map(([check]) => check))).toEqual(new Set(checkNames));
  });
});

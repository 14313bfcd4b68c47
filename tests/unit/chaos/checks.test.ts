/**
 * Each check of a run with faults fails for a history in which just that is wrong.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { type CheckName, checkNames, examine, type History, type Order, plants } from "../../helpers/chaos-checks.ts";

const order = (echo: string, given: Partial<Order> = {}): Order => ({
  ...{ echo, fails: false, isRevoked: false, hasCallback: false },
  ...given,
});

const right: History = {
  accepted: [
    { key: "a", ids: new Set(["1"]), order: order("one", { hasCallback: true }) },
    { key: "b", ids: new Set(["2"]), order: order("two", { fails: true }) },
    { key: "c", ids: new Set(["3"]), order: order("three", { isRevoked: true }) },
  ],
  jobs: new Map([
    ["1", { status: "SUCCESS", error: undefined, echo: "one", finishedAt: 10_000 }],
    ["2", { status: "FAILURE", error: "Error", echo: undefined, finishedAt: 10_000 }],
    ["3", { status: "REVOKED", error: undefined, echo: undefined, finishedAt: 10_000 }],
    ["4", { status: "SUCCESS", error: undefined, echo: "four", finishedAt: 10_000 }],
  ]),
  listed: 4,
  firstOutcomes: new Map([
    ["1", "SUCCESS"],
    ["2", "FAILURE"],
  ]),
  runs: [
    { task_id: "1", attempt: 1, at: 9_000 },
    // Within what clocks may differ.
    { task_id: "2", attempt: 1, at: 11_000 },
  ],
  deadLetters: new Set(["2"]),
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
  ["a record stays, and is listed once", "the list has a job twice", { listed: 5 }],
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
    { jobs: new Map([...jobs, ["5", { status: "SUCCESS", error: undefined, echo: "one", finishedAt: 1 }]]), listed: 5 },
  ],
  ["an outcome does not change", "a success became a failure", { firstOutcomes: new Map([["1", "FAILURE"]]) }],
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
  ["a result is its own job's", "another's result", { jobs: changed("1", { echo: "two" }) }],
  ["no job is run after its end", "a late run", { runs: [{ task_id: "1", attempt: 1, at: 12_001 }] }],
  ["dead letters are the jobs that failed", "a failure is none", { deadLetters: new Set() }],
  ["dead letters are the jobs that failed", "a success is one", { deadLetters: new Set(["1", "2"]) }],
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

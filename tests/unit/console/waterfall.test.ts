import { describe, expect, it } from "vitest";
import { spansOf, spansOfJob } from "../../../console/src/format/waterfall.ts";

const at = (second: number) => new Date(second * 1_000).toISOString();

describe("the stretches of a job", () => {
  it("are between the changes of its state, and none after its end", () => {
    const events = [
      { at: at(0), status: "PENDING" },
      { at: at(2), status: "STARTED" },
      { at: at(5), status: "RETRY" },
      { at: at(9), status: "STARTED" },
      { at: at(10), status: "SUCCESS" },
    ] as const;
    expect(spansOf(events, 99_000)).toEqual([
      { kind: "waits", from: 0, to: 2_000 },
      { kind: "runs", from: 2_000, to: 5_000 },
      { kind: "waits", from: 5_000, to: 9_000 },
      { kind: "runs", from: 9_000, to: 10_000 },
    ]);
  });

  it("last until now while it has not ended, also where the clock of the browser is behind", () => {
    expect(spansOf([{ at: at(4), status: "STARTED" }], 6_000)).toEqual([{ kind: "runs", from: 4_000, to: 6_000 }]);
    expect(spansOf([{ at: at(4), status: "STARTED" }], 3_000)).toEqual([]);
  });

  it.each([
    [
      "ran",
      { created_at: at(0), started_at: at(1), finished_at: at(3), ready: true },
      ["waits 0-1000", "runs 1000-3000"],
    ],
    [
      "runs",
      { created_at: at(0), started_at: at(1), finished_at: null, ready: false },
      ["waits 0-1000", "runs 1000-8000"],
    ],
    ["waits", { created_at: at(0), started_at: null, finished_at: null, ready: false }, ["waits 0-8000"]],
    [
      "was revoked unstarted",
      { created_at: at(0), started_at: null, finished_at: at(2), ready: true },
      ["waits 0-2000"],
    ],
  ])("that is known by its times alone: it %s", (_, job, expected) => {
    expect(spansOfJob(job, 8_000).map(({ kind, from, to }) => `${kind} ${from}-${to}`)).toEqual(expected);
  });
});

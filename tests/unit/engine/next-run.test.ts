import { describe, expect, it } from "vitest";
import { nextRun, nextRuns, type Timing } from "../../../shared/engine/schedules/next-run.ts";

const at = (time: string) => Date.parse(time);
const iso = (times: readonly number[]) => times.map((time) => new Date(time).toISOString());
const daily = (cron: string, time_zone = "Europe/Berlin"): Timing => ({ cron, time_zone, counts_from: 0 });

describe("the times of a schedule", () => {
  it("follow the clock of their zone over both changes, one for each day", () => {
    expect(iso(nextRuns(daily("0 9 * * *"), at("2026-10-23T12:00:00Z"), 3))).toEqual([
      "2026-10-24T07:00:00.000Z",
      "2026-10-25T08:00:00.000Z",
      "2026-10-26T08:00:00.000Z",
    ]);
    // 02:30 comes twice on the day in October, and not at all on the one in March.
    const october = nextRuns(daily("30 2 * * *"), at("2026-10-23T12:00:00Z"), 3);
    expect(iso(october).map((time) => time.slice(0, 10))).toEqual(["2026-10-24", "2026-10-25", "2026-10-26"]);
    const march = nextRuns(daily("30 2 * * *"), at("2027-03-26T12:00:00Z"), 3);
    expect(iso(march).map((time) => time.slice(0, 10))).toEqual(["2027-03-27", "2027-03-28", "2027-03-29"]);
  });

  it("of a rate keep their distance, from when the schedule was made", () => {
    const rate: Timing = { rate: "90 minutes", time_zone: "UTC", counts_from: at("2026-11-28T10:07:00Z") };
    expect(iso(nextRuns(rate, at("2026-11-28T10:07:00Z"), 2))).toEqual([
      "2026-11-28T11:37:00.000Z",
      "2026-11-28T13:07:00.000Z",
    ]);
    expect(iso(nextRuns(rate, at("2026-11-29T00:00:00Z"), 1))).toEqual(["2026-11-29T01:07:00.000Z"]);
  });

  it("of at are one, or none", () => {
    const once: Timing = { at: 1_000, time_zone: "UTC", counts_from: 0 };
    expect([nextRun(once, 999), nextRun(once, 1_000)]).toEqual([1_000, undefined]);
    expect(nextRuns(once, 0, 5)).toEqual([1_000]);
  });

  it.each(["61 * * * *", "* * * *", "0 0 3 * * *", "often", "0 0 30 2 *"])("of %s are none", (cron) => {
    let next: number | undefined;
    expect(() => {
      next = nextRun(daily(cron), 0);
      if (next === undefined) throw new Error("never");
    }).toThrow();
  });
});

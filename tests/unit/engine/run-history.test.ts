import { describe, expect, it } from "vitest";
import { secondsBuckets } from "../../../contracts/monitoring/metrics.ts";
import { quantileOf } from "../../../shared/engine/monitoring/run-history.ts";

/** Counts by bucket, by the upper bound of each; `Infinity` for what is beyond. */
const counts = (by: Readonly<Record<string, number>>): number[] =>
  [...secondsBuckets, Number.POSITIVE_INFINITY].map((bound) => by[String(bound)] ?? 0);

describe("a quantile of durations that are known by bucket", () => {
  it.each([
    ["of none", {}, 0.5, null],
    ["of one bucket is within it", { "1": 4 }, 0.5, 0.75],
    ["of two equal buckets is the border between them", { "1": 5, "2.5": 5 }, 0.5, 1],
    ["near the top is in the upper one", { "1": 90, "5": 10 }, 0.95, 3.75],
    ["beyond the last bound is that bound", { "1": 1, Infinity: 99 }, 0.95, 900],
    ["of the first bucket begins at zero", { "0.05": 10 }, 0.5, 0.025],
  ])("%s", (_, by, quantile, expected) => {
    expect(quantileOf(counts(by), quantile)).toBe(expected);
  });
});

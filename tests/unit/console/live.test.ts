import { describe, expect, it } from "vitest";
import { samplesOf, valuesOf } from "../../../console/src/live/lane-samples.ts";
import { nextDelay } from "../../../console/src/live/pace.ts";
import { addSamples, linePoints, prepend, type Samples } from "../../../console/src/live/samples.ts";

describe("the pace of polling", () => {
  it("is as asked while things change", () => {
    expect(nextDelay({ every: 2_000, unchanged: 0, failures: 0 })).toBe(2_000);
  });

  it("slows down while nothing changes, to a quarter at the most", () => {
    const delays = [1, 3, 6, 50].map((unchanged) => nextDelay({ every: 2_000, unchanged, failures: 0 }));

    expect(delays).toEqual([...delays].sort((one, other) => one - other));
    expect(delays.at(-1)).toBe(8_000);
  });

  it("doubles with every failure, up to half a minute", () => {
    expect([1, 2, 3, 9].map((failures) => nextDelay({ every: 2_000, unchanged: 0, failures }))).toEqual([
      2_000, 4_000, 8_000, 30_000,
    ]);
  });

  it("tries what is asked for once again after a failure", () => {
    expect(nextDelay({ every: 0, unchanged: 0, failures: 1 })).toBe(1_000);
  });
});

describe("samples", () => {
  it("are kept in order, the oldest go", () => {
    let samples: Samples = {};
    for (let at = 0; at < 500; at++) samples = addSamples(samples, at, { depth: at });

    expect(samples.depth?.length).toBe(180);
    expect(samples.depth?.at(-1)).toEqual({ at: 499, value: 499 });
  });

  it("of the time before go before them, without overlap", () => {
    const earlier = { depth: [1, 2, 3].map((at) => ({ at, value: 0 })) };

    const { depth } = prepend(earlier, { depth: [{ at: 3, value: 7 }] });

    expect(depth).toEqual([
      { at: 1, value: 0 },
      { at: 2, value: 0 },
      { at: 3, value: 7 },
    ]);
  });

  it("make a line by time, scaled to the highest", () => {
    const samples = [
      { at: 0, value: 0 },
      { at: 10, value: 4 },
      { at: 40, value: 2 },
    ];

    expect(linePoints(samples, 80, 20)).toBe("0,20 20,0 80,10");
  });

  it("make no line below two", () => {
    expect(linePoints([{ at: 0, value: 1 }], 80, 20)).toBe("");
  });
});

const lane = (name: string, fields: Record<string, unknown> = {}) => ({
  queue: "summarize",
  lane: "high" as const,
  name,
  worker: `${name}@lambda`,
  reachable: true,
  paused: false,
  depth: 3,
  in_flight: 1,
  delayed: 0,
  oldest_age_seconds: null,
  rate_per_minute: null,
  active_tasks: 1,
  max_concurrency: 5,
  ...fields,
});

describe("the course of the lanes", () => {
  it("takes each lane's figures and their sums", () => {
    const lanes = [lane("summarize-high"), lane("summarize-low", { rate_per_minute: 12, oldest_age_seconds: 9 })];

    const values = valuesOf({
      queues: [{ name: "summarize", tasks: ["summarize"], dead_letters: null, dlq_depth: 0, lanes }],
    });

    expect(values).toMatchObject({
      "summarize-high:depth": 3,
      "summarize-low:rate": 12,
      "summarize-low:age": 9,
      "total:depth": 6,
      "total:rate": 12,
      "total:running": 2,
    });
  });

  it("reckons rates from the history's counters, and none over a reset", () => {
    const at = (minute: number, ended_total: number) => ({
      at: `2026-11-21T12:0${minute}:00.000Z`,
      lanes: [{ name: "summarize-high", depth: 1, oldest_age_seconds: null, ended_total }],
    });

    const samples = samplesOf({ samples: [at(0, 10), at(2, 30), at(3, 0)] });

    expect(samples["summarize-high:rate"]?.map(({ value }) => value)).toEqual([10, 0]);
    expect(samples["total:depth"]?.length).toBe(3);
  });
});

import { describe, expect, it } from "vitest";
import { burst, DAY_SECONDS, dayOfJobs, together } from "../../../bench/scale/arrivals.ts";
import { drainedAt, type Outcome, peak, provisionedMode, simulate, standardMode } from "../../../bench/scale/queue.ts";

const endless = burst(1e12);
/** Seconds until so many invocations run. */
const reached = ({ running }: Outcome, invocations: number) => running.findIndex((each) => each >= invocations - 1e-6);
const total = (series: Float64Array) => series.reduce((sum, each) => sum + each, 0);
const seconds = 1_500;

describe("pollers, as AWS publishes their rates", () => {
  const ramp = (mode: Parameters<typeof simulate>[0]["ramp"], jobSeconds = 1) =>
    simulate({ arrivals: endless, seconds, jobSeconds, batchSize: 1, ramp: mode });

  it("standard mode begins with 5, adds 300 a minute, and has 1,250 after 4.15 minutes, never more", () => {
    const outcome = ramp(standardMode());
    expect(outcome.running[0]).toBe(5);
    expect(outcome.running[60]).toBeCloseTo(305, 6);
    expect(reached(outcome, 1_250) / 60).toBeCloseTo(4.15, 10);
    expect(peak(outcome.running)).toBe(1_250);
  });

  it("grows as fast when invocations take longer than a second", () => {
    expect(reached(ramp(standardMode(), 30), 1_250)).toBe(249);
  });

  it("stops at MaximumConcurrency, also below 5", () => {
    expect(peak(ramp(standardMode(1_000)).running)).toBe(1_000);
    expect(peak(ramp(standardMode(2)).running)).toBe(2);
  });

  it("provisioned mode begins with ten to a poller, adds 1,000 a minute, and ends at 20,000: 16 times as many", () => {
    const outcome = ramp(provisionedMode({ minimum: 100, maximum: 2_000 }));
    expect(outcome.running[0]).toBe(1_000);
    expect(outcome.running[60]).toBeCloseTo(2_000, 6);
    expect(reached(outcome, 20_000)).toBe(1_140);
    expect(peak(outcome.running) / peak(ramp(standardMode()).running)).toBe(16);
  });

  it("a provisioned poller receives ten times a second, however short jobs are", () => {
    const ramp = provisionedMode({ minimum: 2, maximum: 2 });
    const { started } = simulate({ arrivals: endless, seconds: 10, jobSeconds: 0.01, batchSize: 10, ramp });
    expect(started[5]).toBe(2 * 10 * 10);
  });

  it("a function gets 1,000 instances at once, and 100 a second after that", () => {
    const ramp = { start: 5_000, perMinute: 0, most: 5_000 };
    const { running } = simulate({ arrivals: endless, seconds: 60, jobSeconds: 1, batchSize: 1, ramp });
    expect(running[0]).toBe(1_000);
    expect(running[10]).toBe(2_000);
    expect(running[59]).toBe(5_000);
  });

  it("no more than 120,000 messages are in flight", () => {
    const ramp = { start: 1_000, perMinute: 60_000, most: 20_000 };
    const outcome = simulate({ arrivals: endless, seconds: 600, jobSeconds: 600, batchSize: 10, ramp });
    expect(total(outcome.started)).toBeCloseTo(120_000, 3);
  });
});

describe("a queue", () => {
  const fixed = (most: number) => ({ start: most, perMinute: 0, most });

  it("starts as many jobs as the invocations take, and is done when that says so", () => {
    const of = (jobSeconds: number, batchSize: number) =>
      drainedAt(simulate({ arrivals: burst(1_000), seconds: 5_000, jobSeconds, batchSize, ramp: fixed(10) }));
    expect(of(1, 1)).toBe(99);
    expect(of(1, 10)).toBe(9);
    expect(of(0.1, 1)).toBe(9);
    expect(of(10, 1)).toBe(990);
  });

  it("loses nothing and starts nothing twice", () => {
    const arrivals = together(dayOfJobs(1_000_000), burst(50_000, 40_000));
    const outcome = simulate({ arrivals, seconds: DAY_SECONDS, jobSeconds: 3, batchSize: 10, ramp: standardMode(40) });
    expect(total(outcome.started) + (outcome.waiting.at(-1) ?? 0)).toBeCloseTo(1_050_000, 1);
  });

  it("spreads messages over pollers that have room before batches fill up", () => {
    const { running } = simulate({ arrivals: burst(30), seconds: 3, jobSeconds: 2, batchSize: 10, ramp: fixed(100) });
    expect(running[0]).toBe(30);
  });

  it("the oldest message has waited since it came", () => {
    const { oldest } = simulate({ arrivals: burst(10), seconds: 12, jobSeconds: 1, batchSize: 1, ramp: fixed(1) });
    expect([...oldest]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0]);
    const always = simulate({ arrivals: () => 2, seconds: 100, jobSeconds: 1, batchSize: 1, ramp: fixed(1) });
    expect(always.oldest[99]).toBe(49);
    expect(drainedAt(always)).toBeUndefined();
  });

  it("starts no more than what is behind it takes", () => {
    const outcome = simulate({
      arrivals: burst(1_000),
      seconds: 300,
      jobSeconds: 1,
      batchSize: 10,
      ramp: fixed(100),
      startsPerSecond: 5,
    });
    expect(peak(outcome.started)).toBe(5);
  });

  it("gives up invocations that it does not need, down to those that it begins with", () => {
    const arrivals = together(burst(20_000), burst(200_000, 500));
    const { running } = simulate({ arrivals, seconds: 560, jobSeconds: 1, batchSize: 1, ramp: standardMode() });
    expect(running[500]).toBe(5);
  });
});

it("a day's arrivals are the day's jobs, most of them from nine to three", () => {
  const arrivals = dayOfJobs(10_000_000);
  let [all, office] = [0, 0];
  for (let second = 0; second < DAY_SECONDS; second++) {
    all += arrivals(second);
    if (second >= 9 * 3_600 && second < 16 * 3_600) office += arrivals(second);
  }
  expect(all).toBeCloseTo(10_000_000, 2);
  expect(office / all).toBeCloseTo(54 / 106, 6);
});

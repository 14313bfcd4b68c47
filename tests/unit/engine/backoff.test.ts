import { describe, expect, it } from "vitest";
import { backoffSeconds, LONGEST_WAIT_SECONDS } from "../../../shared/engine/worker/visibility.ts";

const settings = { TASK_RETRY_BACKOFF: 60, TASK_RETRY_BACKOFF_MAX: 600 };

describe("backoffSeconds", () => {
  it.each([
    // attempt, random, Retry-After, seconds
    [1, 0.5, undefined, 60],
    [2, 0.5, undefined, 120],
    [3, 0.5, undefined, 240],
    [4, 0.5, undefined, 480],
    [5, 0.5, undefined, 600],
    [60, 0.5, undefined, 600],
    [1, 0, undefined, 45],
    [1, 1, undefined, 75],
    [5, 0, undefined, 600],
    [1, 0.5, 30, 60],
    [1, 0.5, 90, 90],
    [5, 0.5, 3_600, 3_600],
    [1, 0.5, 0, 60],
    [1, 0.5, -5, 60],
    [1, 0.5, 1_000_000, LONGEST_WAIT_SECONDS],
    [2_000, 0.5, undefined, 600],
  ])("after attempt %d, random %d, Retry-After %s: %d s", (attempt, random, retryAfterSeconds, seconds) => {
    expect(backoffSeconds(attempt, { settings, random, retryAfterSeconds })).toBe(seconds);
  });

  it("waits a second at least, and never longer than SQS can hold a message", () => {
    const none = { TASK_RETRY_BACKOFF: 0, TASK_RETRY_BACKOFF_MAX: 0 };
    expect(backoffSeconds(1, { settings: none, random: 0 })).toBe(1);
    const long = { TASK_RETRY_BACKOFF: 86_400, TASK_RETRY_BACKOFF_MAX: 86_400 };
    expect(backoffSeconds(1, { settings: long, random: 0 })).toBe(LONGEST_WAIT_SECONDS);
    expect(LONGEST_WAIT_SECONDS).toBeLessThan(12 * 3_600);
  });

  it("spreads the jobs that failed together by a quarter to either side", () => {
    const waits = Array.from({ length: 200 }, () => backoffSeconds(1, { settings }));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(45);
    expect(Math.max(...waits)).toBeLessThanOrEqual(75);
    expect(new Set(waits).size).toBeGreaterThan(100);
  });
});

import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../../local/schedules/expression.ts";

const next = (expression: string, after: string, timeScale = 1): string | undefined => {
  const time = parseSchedule(expression, timeScale)(Date.parse(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe("schedule expressions", () => {
  it.each([
    ["rate(1 minute)", 1, "2026-11-21T10:01:00.000Z"],
    ["rate(5 minutes)", 1, "2026-11-21T10:05:00.000Z"],
    ["rate(2 hours)", 1, "2026-11-21T12:00:00.000Z"],
    ["rate(1 day)", 1, "2026-11-22T10:00:00.000Z"],
    ["rate(1 minute)", 60, "2026-11-21T10:00:01.000Z"],
    ["rate(1 minute)", 1_000, "2026-11-21T10:00:01.000Z"],
    ["rate(1 minute)", 40, "2026-11-21T10:00:02.000Z"],
  ])("runs %s at time scale %i next at %s", (expression, timeScale, expected) => {
    expect(next(expression, "2026-11-21T10:00:00Z", timeScale)).toBe(expected);
  });

  it.each([
    ["cron(15 10 * * ? *)", "2026-11-21T10:15:00.000Z"],
    ["cron(0 18 ? * MON-FRI *)", "2026-11-23T18:00:00.000Z"],
    // EventBridge counts weekdays from 1 = Sunday; 22 November 2026 is one.
    ["cron(0 8 ? * 1 *)", "2026-11-22T08:00:00.000Z"],
    ["cron(0/10 * * * ? *)", "2026-11-21T10:10:00.000Z"],
    ["cron(0 0 L * ? *)", "2026-11-30T00:00:00.000Z"],
    ["cron(0 9 ? * 2#1 *)", "2026-12-07T09:00:00.000Z"],
    ["cron(0 0 1 1 ? 2028)", "2028-01-01T00:00:00.000Z"],
    ["cron(0 0 1 1 ? 2025)", undefined],
    ["at(2026-12-24T18:00:00)", "2026-12-24T18:00:00.000Z"],
    ["at(2026-01-01T00:00:00)", undefined],
  ])("runs %s next at %s, whatever the time scale", (expression, expected) => {
    expect(next(expression, "2026-11-21T10:00:00Z")).toBe(expected);
    expect(next(expression, "2026-11-21T10:00:00Z", 60)).toBe(expected);
  });

  it.each([
    ["cron(0 9 * * ? *)", "2026-10-24T12:00:00Z", "2026-10-25T08:00:00.000Z"],
    ["cron(0 9 * * ? *)", "2026-10-23T12:00:00Z", "2026-10-24T07:00:00.000Z"],
    ["at(2026-07-01T09:00:00)", "2026-01-01T00:00:00Z", "2026-07-01T07:00:00.000Z"],
  ])("runs %s by the clock of its time zone", (expression, after, expected) => {
    const time = parseSchedule(expression, 1, "Europe/Berlin")(Date.parse(after));
    expect(new Date(time ?? 0).toISOString()).toBe(expected);
  });

  it("refuses a time zone that there is not", () => {
    expect(() => parseSchedule("cron(0 9 * * ? *)", 1, "Europe/Atlantis")(0)).toThrow();
  });

  it.each(["rate(5 weeks)", "rate(minute)", "every minute", "cron(nonsense)"])("refuses %s", (expression) => {
    expect(() => parseSchedule(expression, 1)).toThrow();
  });
});

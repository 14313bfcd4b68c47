import { expect, test } from "vitest";
import { parseDuration, parseTime } from "../../../cli/input/duration.ts";
import { parseWhole } from "../../../cli/input/number.ts";
import { formatAge, formatDuration } from "../../../cli/output/time.ts";

test.each([
  ["90", 90],
  ["1.5", 1.5],
  ["250ms", 0.25],
  ["5m", 300],
  ["5min", 300],
  ["1h30m", 5_400],
  ["2d 4h", 187_200],
])("reads %s as %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(["", "soon", "5 apples", "h5", "-3", "1h30", "5mm"])("refuses %j as a duration", (text) => {
  expect(() => parseDuration(text)).toThrow(/90s, 5m, 1h30m/);
});

test("reads a time with an offset and gives it in UTC", () => {
  expect(parseTime("2026-12-24T18:00:00+01:00")).toBe("2026-12-24T17:00:00.000Z");
  expect(parseTime("2026-12-24T18:00")).toBe(new Date(2026, 11, 24, 18).toISOString());
});

test.each(["", "tomorrow", "18:00", "2026-13-45", "5"])("refuses %j as a time", (text) => {
  expect(() => parseTime(text)).toThrow(/Give a time/);
});

test.each(["", "-1", "11", "5.5", "five", "0x5"])("refuses %j as a whole number from 0 to 10", (text) => {
  expect(() => parseWhole(0, 10)(text)).toThrow(/from 0 to 10/);
});

test.each([
  [0, "0 ms"],
  [350, "350 ms"],
  [2_500, "2.5 s"],
  [59_940, "59.9 s"],
  [59_960, "1 min"],
  [250_000, "4 min 10 s"],
  [3 * 3_600_000 + 20 * 60_000, "3 h 20 min"],
  [52 * 3_600_000, "2 d 4 h"],
])("shows %d ms as %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test("says how long ago something was, and how far off it is", () => {
  const now = Date.parse("2026-11-21T10:00:00Z");

  expect(formatAge("2026-11-21T09:59:48Z", now)).toBe("12 s ago");
  expect(formatAge("2026-11-21T10:04:10Z", now)).toBe("in 4 min 10 s");
  expect(formatAge("2026-11-21T10:00:00.200Z", now)).toBe("now");
});

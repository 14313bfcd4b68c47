import { expect, test } from "vitest";
import { retryAfterSeconds } from "../../../shared/lib/http/retry-after.ts";

const now = Date.parse("2026-11-21T10:00:00Z");

test.each([
  ["120", 120],
  ["0", 0],
  ["Sat, 21 Nov 2026 10:01:30 GMT", 90],
  ["Sat, 21 Nov 2026 09:00:00 GMT", 0],
  ["120s", 120],
  ["2 seconds", 2],
  ["1m30s", 90],
  ["1.5S", 1.5],
  ["500ms", 0.5],
  ["2h", 3_600],
  ["120x", undefined],
  ["30s1m", undefined],
  ["s", undefined],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
])("%s is %s seconds", (header, seconds) => {
  expect(retryAfterSeconds(header, now)).toBe(seconds);
});

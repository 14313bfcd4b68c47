import { expect, test } from "vitest";
import { loggedPath } from "../../../contracts/printable.ts";
import { readableLine } from "../../../shared/lib/logger.ts";

const line = { timestamp: "2026-11-21T10:00:00.000Z", level: "ERROR", message: "request failed", service: "api" };

test("a line for a terminal has the time, the level, the message and what else was given", () => {
  expect(readableLine({ ...line, route: "getJob", count: 2, caller: { key: "k" }, nothing: undefined })).toBe(
    '2026-11-21T10:00:00.000Z ERROR request failed route=getJob count=2 caller={"key":"k"}',
  );
});

test("an error is told with its message and where it was thrown", () => {
  const text = readableLine({ ...line, error: new RangeError("The lane is full.") });

  expect(text).toMatch(/ error=RangeError: The lane is full\. at \S.*logger\.test\.ts:\d+:\d+\)?$/);
});

test("escapes what would forge a line or steer a terminal, wherever it stands", () => {
  const line = readableLine({
    ...{ timestamp: "t", level: "INFO", message: "GET /a\nt INFO  admin key made\u001b[2J" },
    ...{ path: "/\r\u009b31m\u202e", error: new TypeError("b\u0007") },
  });
  expect(line).not.toMatch(/[^\u0020-\u007e]/);
  expect(line).toContain("GET /a\\u000at INFO  admin key made\\u001b[2J path=/\\u000d\\u009b31m\\u202e");
});

test("cuts a request's path", () => {
  expect(loggedPath(`/${"a".repeat(9_000)}`)).toHaveLength(259);
  expect(loggedPath("/api/v1/jobs")).toBe("/api/v1/jobs");
});

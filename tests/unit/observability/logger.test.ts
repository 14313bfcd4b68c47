import { expect, test } from "vitest";
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

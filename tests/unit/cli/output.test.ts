import { expect, test } from "vitest";
import { retryText } from "../../../cli/output/follow.ts";
import { printJob } from "../../../cli/output/job.ts";
import { createScreen, wantsColor } from "../../../cli/output/screen.ts";
import { type Column, tableLines } from "../../../cli/output/table.ts";
import { oneLine, printable, truncate, width } from "../../../cli/output/text.ts";
import type { Job } from "../../../contracts/jobs/wire.ts";

const terminal = (columns: number) => createScreen({ isTTY: true, columns, write() {} }, { NO_COLOR: "1" });
const pipe = createScreen({ isTTY: false, write() {} }, {});

interface City {
  readonly name: string;
  readonly people: number | null;
  readonly about: string;
}
const columns: readonly Column<City>[] = [
  { title: "CITY", value: ({ name }) => name },
  { title: "PEOPLE", value: ({ people }) => people, align: "right" },
  { title: "ABOUT", value: ({ about }) => about, flexible: true },
];
const cities: readonly City[] = [
  { name: "東京", people: 14_000_000, about: "the capital\nof Japan" },
  { name: "Ulm", people: null, about: "the highest church tower" },
];

test("aligns a table by what a terminal shows", () => {
  expect(tableLines(terminal(80), columns, cities)).toEqual([
    "CITY    PEOPLE  ABOUT",
    "東京  14000000  the capital of Japan",
    "Ulm          -  the highest church tower",
  ]);
});

test("shortens the column that may give way, until the row fits", () => {
  const lines = tableLines(terminal(28), columns, cities);

  expect(lines[2]).toBe("Ulm          -  the highest…");
  for (const line of lines) expect(width(line)).toBeLessThanOrEqual(28);
});

test("gives a pipe every value whole, by tabs, without a heading", () => {
  expect(tableLines(pipe, columns, cities)).toEqual([
    "東京\t14000000\tthe capital of Japan",
    "Ulm\t\tthe highest church tower",
  ]);
});

test("colours terminals only, unless the environment decides", () => {
  expect(wantsColor({ isTTY: true }, {})).toBe(true);
  expect(wantsColor({ isTTY: false }, {})).toBe(false);
  expect(wantsColor({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(wantsColor({ isTTY: true }, { NO_COLOR: "" })).toBe(true);
  expect(wantsColor({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(wantsColor({ isTTY: false }, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(true);
  expect(wantsColor({ isTTY: true }, { FORCE_COLOR: "0" })).toBe(false);
});

test("keeps a job's text from steering the terminal", () => {
  const hostile = "done\u001b[2J\u001b]0;title\u0007 \u009b31mred\u0008\u202eevil\u2066\r\nnext\tline";

  const shown = printable(hostile);

  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left.
  expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(shown).toContain("done");
  expect(shown.endsWith("\nnext\tline")).toBe(true);
  expect(oneLine(" two\n lines ")).toBe("two lines");
  expect(oneLine("a page\f\vthe next")).toBe("a page the next");
});

test.each([
  [
    "LimitReachedError",
    "Project acme has reached the limit of 10 requests a minute; it waits until 2026-11-29T12:01:00Z.",
  ],
  ["BackendDownError", "The backend failed for several jobs in a row; it waits until 2026-11-29T12:01:00Z."],
])("says of a job that is put off by %s why, and until when", (type, message) => {
  const lines: string[] = [];
  const screen = createScreen({ isTTY: false, write: (text: string) => lines.push(text) > 0 }, {});
  const job = {
    ...{
      task_id: "1",
      task_name: "summarize",
      status: "RETRY",
      attempts: 0,
      progress: null,
      created_at: "2026-11-29T12:00:00Z",
    },
    ...{
      started_at: null,
      finished_at: null,
      next_attempt_at: "2026-11-29T12:01:00Z",
      duration_ms: null,
      worker: null,
    },
    ...{ project_id: "acme", priority: 5, trace_id: "t", batch_id: null, usage: null, result: null },
    error: { type, message, retryable: true },
  } as Job;

  printJob(screen, job);

  const shown = lines.join("");
  expect(shown).toContain(`${type}: ${message}`);
  expect(shown).toMatch(/next attempt\s+2026-11-29T12:01:00Z/);
  expect(shown).toMatch(/attempts\s+0/);
});

test("cuts text at a width without splitting a character", () => {
  expect(truncate("東京都", 5)).toBe("東京…");
  expect(truncate("👩‍👩‍👧 family", 4)).toBe("👩‍👩‍👧 …");
  expect(truncate("short", 5)).toBe("short");
});

test.each([
  [90_000, "again in 1 min 30 s"],
  [1_500, "again in 1.5 s"],
  [400, "due, waits for a worker"],
  [-30_000, "due, waits for a worker"],
])("a retry %i ms ahead is told as %j", (ahead, text) => {
  const now = Date.parse("2026-11-28T12:00:00Z");

  expect(retryText(new Date(now + ahead).toISOString(), now)).toBe(text);
});

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createCli } from "../../../cli/cli.ts";
import { levelOf, parseLevel } from "../../../cli/logs/level.ts";
import { showLogFile } from "../../../cli/logs/log-file.ts";
import { catalog } from "../../../contracts/catalog.ts";
import { runCli } from "../../helpers/cli.ts";

describe("the level of a line", () => {
  const text = (level: string) => `2026-11-30T23:28:33.527Z ${level.padEnd(5)} failed for good task_id=1`;
  test.each([
    [text("ERROR"), "ERROR"],
    [text("INFO"), "INFO"],
    ['{"level":"WARN","message":"slow","timestamp":"2026-11-30T23:28:33.527Z"}', "WARN"],
    ['{"message":"slow","level":"warn"}', "WARN"],
    ['{"level":"FATAL","message":"out of memory"}', "CRITICAL"],
    ["2026-11-30T23:28:33.527Z\t2370aaaa\tERROR\tUncaught Exception\t{}", "ERROR"],
    ["2026-11-30T23:28:33.527Z\tundefined\tWARN\tcareful", "WARN"],
    ["START RequestId: 2370aaaa Version: $LATEST", "INFO"],
    ["END RequestId: 2370aaaa", "INFO"],
    ["REPORT RequestId: 2370aaaa\tDuration: 3 ms\tBilled Duration: 4 ms", "INFO"],
    ["REPORT RequestId: 2370aaaa\tDuration: 3000 ms\tStatus: timeout", "ERROR"],
    ["REPORT RequestId: 2370aaaa\tDuration: 30 ms\tStatus: error\tError Type: Runtime.ExitError", "ERROR"],
    ["2026-11-30T23:28:33.527Z 2370aaaa Task timed out after 30.00 seconds", null],
    ["RequestId: 2370aaaa Error: Runtime exited with signal: SIGKILL", null],
    ["    at run (summarize.mjs:3:1)", null],
    ['{"level":"LOUD","message":"x"}', null],
    ['{"level":', null],
    ['{"level":3}', null],
  ])("%s", (line, level) => {
    expect(levelOf("sluice-local-api", line)).toBe(level);
  });

  test("of the embedded stack itself is told by its warnings", () => {
    expect(levelOf("stack", "warning: Schedule Sweeper failed")).toBe("WARN");
    expect(levelOf("stack", "Started in 4.0 s. Ctrl-C stops.")).toBe("INFO");
  });
});

const now = new Date().toISOString();
const LINES = [
  `${now} stack | Started in 4.0 s.`,
  `${now} stack | warning: Schedule Sweeper failed`,
  `${now} sluice-local-api | ${now} DEBUG asked`,
  `${now} sluice-local-api | ${now} INFO  answered`,
  `${now} sluice-local-api | ${now} WARN  slow`,
  `${now} sluice-local-api | ${now} ERROR broken`,
  `${now} sluice-local-api | Error: ENOMEM, out of memory`,
];

/** What is shown of the log above. */
async function shown(level: string | undefined, json = false): Promise<string[]> {
  const file = join(await mkdtemp(join(tmpdir(), "sluice-")), "stack.log");
  await writeFile(file, `${LINES.join("\n")}\n`);
  const out: string[] = [];
  const stdout = { write: (text: string) => void out.push(text) };
  const { signal } = new AbortController();
  const cli = createCli({ catalog, stdout, stderr: stdout, stdin: process.stdin, env: {}, signal });
  cli.options = { json };
  const least = level === undefined ? undefined : parseLevel(level);
  await showLogFile(cli, file, { name: undefined, follow: false, since: 600, filter: undefined, level: least });
  return out.join("").trimEnd().split("\n");
}

test.each([
  [
    undefined,
    ["Started in 4.0 s.", "warning: Schedule Sweeper failed", "asked", "answered", "slow", "broken", "ENOMEM"],
  ],
  ["trace", ["Started in 4.0 s.", "warning: Schedule Sweeper failed", "asked", "answered", "slow", "broken", "ENOMEM"]],
  ["info", ["Started in 4.0 s.", "warning: Schedule Sweeper failed", "answered", "slow", "broken", "ENOMEM"]],
  ["WARN", ["warning: Schedule Sweeper failed", "slow", "broken", "ENOMEM"]],
  ["error", ["broken", "ENOMEM"]],
  ["critical", ["ENOMEM"]],
])("of the stack's file, level %s and above is shown, and what has no level", async (level, expected) => {
  const lines = await shown(level);
  expect(lines).toEqual(expected.map((text) => expect.stringContaining(text)));
});

test("a JSON line has its level", async () => {
  const lines = (await shown("error", true)).map((line) => JSON.parse(line));
  expect(lines).toEqual([
    { at: now, function: "sluice-local-api", level: "ERROR", message: "ERROR broken" },
    { at: now, function: "sluice-local-api", level: null, message: "Error: ENOMEM, out of memory" },
  ]);
});

test.each(["warning", "loud", "3", "silent"])("%s is no level, and those that are are named", async (level) => {
  const ended = await runCli(["logs", "--level", level]);
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr).toContain("There are: trace, debug, info, warn, error, critical.");
});

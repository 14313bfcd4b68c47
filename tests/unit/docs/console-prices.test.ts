/**
 * docs/console.md says what an open tab of a page asks for, and what that costs. The paces are read from the pages; what one
 * question takes was counted at the embedded stack.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nextDelay } from "../../../console/src/live/pace.ts";
import { root } from "../../../infra/source-files.ts";
import { each, MONTH_MINUTES, prices } from "../../../scripts/costs/prices.ts";

const page = readFileSync(join(root, "docs/console.md"), "utf8");
const MONTH_SECONDS = MONTH_MINUTES * 60;
/** A request of API Gateway and of Lambda, whose function with 1 GB runs for an assumed 50 ms. */
const REQUEST = each("apiRequest") + each("lambdaRequest") + 0.05 * prices.lambdaTime.amount;
const [READ_UNIT, SQS_REQUEST] = [each("readUnit"), each("sqs")];

/** A page's question: the constant of its pace and what each takes. */
interface Asked {
  readonly file: string;
  readonly pace: string;
  readonly readUnits: number;
  readonly queues?: number;
  /** The answer is never the one before, as it ends now. */
  readonly alwaysChanges?: true;
}

/** 1,000 jobs of 300 bytes wait, run or have failed; a count of all is one scan of them, and asks 8 queues. */
const SCAN_UNITS = Math.ceil((1_000 * 300) / 4_096) / 2;
const counts = { readUnits: SCAN_UNITS, queues: 8 };
/** A day of points of 2 KB. */
const POINTS_UNITS = (288 * 2) / 4 / 2;

const rows: Readonly<Record<string, readonly Asked[]>> = {
  "*Dead letters*": [
    { file: "screens/dead-letters/dead-letters-screen.tsx", pace: "EVERY_MS", ...counts },
    { file: "screens/dead-letters/queue-letters.tsx", pace: "EVERY_MS", readUnits: 16 / 2 + 1 / 2 },
    { file: "screens/dead-letters/letters.tsx", pace: "EVERY_MS", readUnits: 16 / 2 + 50 / 2 },
  ],
  "*Jobs*": [{ file: "screens/jobs/use-found-jobs.ts", pace: "EVERY_MS", readUnits: 6 + 51 / 2 }],
  "A running job": [
    { file: "screens/job/job-screen.tsx", pace: "ACTIVE_EVERY_MS", readUnits: 1 },
    { file: "screens/job/timeline.tsx", pace: "ACTIVE_EVERY_MS", readUnits: 1 },
  ],
  "*Trends*": [
    {
      file: "screens/trends/trends-screen.tsx",
      pace: "EVERY_MS",
      readUnits: 8 / 2 + POINTS_UNITS,
      alwaysChanges: true,
    },
  ],
  "the menu": [{ file: "navigation/navigation.tsx", pace: "DEAD_LETTERS_EVERY_MS", ...counts }],
};

function everyOf({ file, pace }: Asked): number {
  const source = readFileSync(join(root, "console/src", file), "utf8");
  const [, digits] = new RegExp(`const ${pace} = ([\\d_]+);`).exec(source) ?? [];
  return Number(digits?.replaceAll("_", ""));
}

/** Requests a minute and dollars a month, of a tab that is seen around the clock. @param unchanged answers in a row */
function costOf(asked: readonly Asked[], unchanged: number) {
  const questions = asked.map((question) => {
    const quiet = question.alwaysChanges ? 0 : unchanged;
    const perSecond = 1_000 / nextDelay({ every: everyOf(question), unchanged: quiet, failures: 0 });
    const price = REQUEST + question.readUnits * READ_UNIT + (question.queues ?? 0) * SQS_REQUEST;
    return { perMinute: perSecond * 60, dollars: perSecond * MONTH_SECONDS * price };
  });
  return {
    perMinute: questions.reduce((sum, { perMinute }) => sum + perMinute, 0),
    dollars: questions.reduce((sum, { dollars }) => sum + dollars, 0),
  };
}

const QUIET = 20;
const rangeOf = (low: string, high: string): string => (low === high ? low : `${low} to ${high}`);
const rounded = (value: number): string => String(Math.round(value * 10) / 10);
const dollars = (value: number): string => `$${value.toFixed(2)}`;

it.each(Object.entries(rows))("the price of an open tab of %s is that of its requests", (name, asked) => {
  const line = page.split("\n").find((each) => each.startsWith(`| ${name}`)) ?? "";
  const [quiet, busy] = [costOf(asked, QUIET), costOf(asked, 0)];

  expect(
    line
      .split("|")
      .slice(-3, -1)
      .map((cell) => cell.trim()),
  ).toEqual([
    rangeOf(rounded(quiet.perMinute), rounded(busy.perMinute)),
    rangeOf(dollars(quiet.dollars), dollars(busy.dollars)),
  ]);
});

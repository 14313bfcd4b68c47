/**
 * Dead letters as a person reads them.
 *
 * @module
 */

import type { AnswerOf } from "../../client/index.ts";
import type { Job, JobEvent } from "../../contracts/jobs/wire.ts";
import type { Cli } from "../cli.ts";
import { eventLine, printJob, printValue } from "./job.ts";
import { printTable } from "./table.ts";
import { formatAge } from "./time.ts";

const when = ({ out }: Cli, iso: string): string => (out.terminal ? formatAge(iso) : iso);
const errorText = (error: { type: string; message: string } | null | undefined) =>
  error && `${error.type}: ${error.message}`;

/** Prints the number of dead letters of each queue. */
export function printCounts({ out }: Cli, { queues }: AnswerOf<"GET /api/v1/dlq">): void {
  printTable(
    out,
    [
      { title: "QUEUE", value: ({ queue }) => queue },
      {
        title: "DEAD",
        value: ({ count }) => count,
        align: "right",
        paint: (cell, { count }) => (count > 0 ? out.paint("red", cell) : cell),
      },
      { title: "MESSAGES", value: ({ messages }) => messages, align: "right" },
    ],
    queues,
  );
}

/** Prints dead letters grouped by error fingerprint. */
export function printGroups(cli: Cli, { groups }: AnswerOf<"GET /api/v1/dlq/{queue}/groups">): void {
  if (groups.length === 0) {
    printNone(cli);
    return;
  }
  printTable(
    cli.out,
    [
      { title: "COUNT", value: ({ count }) => count, align: "right" },
      { title: "FINGERPRINT", value: ({ fingerprint }) => fingerprint },
      { title: "LAST", value: ({ last_at }) => when(cli, last_at) },
      { title: "TASKS", value: ({ task_names }) => task_names.join(",") },
      { title: "EXAMPLE", value: ({ example }) => errorText(example?.error), flexible: true },
    ],
    groups,
  );
}

/** Prints one page of dead letters. */
export function printLetters(cli: Cli, { messages, next_cursor }: AnswerOf<"GET /api/v1/dlq/{queue}">): void {
  if (messages.length === 0) {
    printNone(cli);
    return;
  }
  printTable(
    cli.out,
    [
      { title: "JOB", value: (letter) => letter.task_id },
      { title: "TASK", value: (letter) => letter.task_name },
      { title: "FAILED", value: (letter) => when(cli, letter.received_at) },
      { title: "TRIES", value: (letter) => letter.attempts, align: "right" },
      { title: "FINGERPRINT", value: (letter) => letter.fingerprint },
      { title: "ERROR", value: (letter) => errorText(letter.error), flexible: true },
    ],
    messages,
  );
  if (next_cursor !== null && cli.err.terminal)
    cli.err.line(cli.err.paint("dim", "There are more; --limit shows them."));
}

/** Prints one dead letter with its input and timeline. */
export function printLetter({ out }: Cli, letter: { job: Job; input: unknown; events: readonly JobEvent[] }): void {
  printJob(out, letter.job);
  out.line(out.paint("bold", "input"));
  printValue(out, letter.input);
  out.line(out.paint("bold", "timeline"));
  for (const event of letter.events) out.line(`  ${eventLine(out, event)}`);
}

const printNone = ({ err }: Cli): void => {
  if (err.terminal) err.line("There are no dead letters.");
};

/**
 * Jobs as a person reads them.
 *
 * @module
 */

import type { JobState } from "../../contracts/jobs/states.ts";
import type { Job, JobEvent, JobLogLine } from "../../contracts/jobs/wire.ts";
import type { Screen } from "./screen.ts";
import type { Column } from "./table.ts";
import { oneLine, printable } from "./text.ts";
import { formatAge, formatClock, formatDuration } from "./time.ts";

const colors = {
  PENDING: "blue",
  STARTED: "cyan",
  RETRY: "yellow",
  SUCCESS: "green",
  FAILURE: "red",
  REVOKED: "magenta",
} as const satisfies Record<JobState, string>;

/** The name of a state in its color. */
export const paintState = (screen: Screen, state: JobState, text: string = state): string =>
  screen.paint(colors[state], text);

/** The columns of a table of jobs. */
export const jobColumns = (screen: Screen): readonly Column<Job>[] => [
  { title: "JOB", value: (job) => job.task_id },
  { title: "TASK", value: (job) => job.task_name, flexible: true },
  { title: "STATUS", value: (job) => job.status, paint: (cell, job) => paintState(screen, job.status, cell) },
  { title: "TRY", value: (job) => job.attempts, align: "right" },
  { title: "CREATED", value: (job) => (screen.terminal ? formatAge(job.created_at) : job.created_at) },
  { title: "TOOK", value: (job) => duration(screen, job.duration_ms), align: "right" },
  { title: "NOTE", value: note, flexible: true },
];

const duration = (screen: Screen, ms: number | null) =>
  ms === null ? null : screen.terminal ? formatDuration(ms) : ms;

/** A summary of a job in a few words. */
function note({ status, error, progress, next_attempt_at }: Job): string | null {
  if (status === "STARTED" && progress) return progressText(progress);
  if (status === "RETRY" && next_attempt_at) return `${error?.type ?? "again"}, ${formatAge(next_attempt_at)}`;
  if (status === "PENDING" && next_attempt_at) return `starts ${formatAge(next_attempt_at)}`;
  return error ? `${error.type}: ${error.message}` : null;
}

/** A job's progress in a few words. */
export const progressText = ({ current, total, message }: NonNullable<Job["progress"]>): string =>
  [total === null ? String(current) : `${current}/${total}`, message].filter(Boolean).join(" ");

/** Every field of a job that has a value. */
export function printJob(screen: Screen, job: Job): void {
  const when = (iso: string | null) => iso && `${iso} (${formatAge(iso)})`;
  const { usage } = job;
  const rows: [name: string, value: string | number | null | undefined][] = [
    ["task", job.task_name],
    ["status", paintState(screen, job.status)],
    ["attempts", job.attempts],
    ["progress", job.progress && printable(progressText(job.progress))],
    ["error", job.error && screen.paint("red", printable(`${job.error.type}: ${job.error.message}`))],
    ["created", when(job.created_at)],
    ["started", when(job.started_at)],
    ["finished", when(job.finished_at)],
    ["next attempt", when(job.next_attempt_at)],
    ["took", job.duration_ms === null ? null : formatDuration(job.duration_ms)],
    ["worker", job.worker],
    ["project", oneLine(job.project_id)],
    ["priority", job.priority],
    ["trace", oneLine(job.trace_id)],
    ["batch", job.batch_id],
    [
      "tokens",
      usage &&
        `${usage.total_tokens} (${usage.prompt_tokens} in, ${usage.completion_tokens} out)${usage.model ? ` ${oneLine(usage.model)}` : ""}`,
    ],
  ];
  screen.line(`${screen.paint("bold", "job")}           ${job.task_id}`);
  for (const [name, value] of rows) {
    if (value !== null && value !== undefined) screen.line(`${screen.paint("bold", name.padEnd(12))}  ${value}`);
  }
  if (job.status === "SUCCESS") {
    screen.line(screen.paint("bold", "result"));
    printValue(screen, job.result);
  }
}

/** JSON, with control characters made visible on a terminal. */
export function printValue(screen: Screen, value: unknown): void {
  const text = JSON.stringify(value, null, 2);
  screen.line(screen.terminal ? printable(text) : text);
}

/** `10:00:01.250  STARTED  attempt 1, summarize-high@lambda`. */
export function eventLine(screen: Screen, event: JobEvent): string {
  const { error, message, worker, attempt, status, at } = event;
  const details = [
    attempt > 0 ? `attempt ${attempt}` : undefined,
    worker ?? undefined,
    error ? `${error.type}: ${error.message}` : undefined,
    message ?? undefined,
  ].filter((detail) => detail !== undefined);
  return `${formatClock(at)}  ${paintState(screen, status, status.padEnd(7))}  ${oneLine(details.join(", "))}`.trimEnd();
}

const levelColors = { info: "dim", warn: "yellow", error: "red" } as const satisfies Record<
  JobLogLine["level"],
  string
>;

/** `10:00:02.000  warn     A page is blank. page=4`. */
export const logLine = (screen: Screen, { at, level, message }: JobLogLine): string =>
  `${formatClock(at)}  ${screen.paint(levelColors[level], level.padEnd(7))}  ${oneLine(message)}`.trimEnd();

/**
 * Shows a job while it runs: a status line that is redrawn on a terminal, a line for every change elsewhere.
 *
 * @module
 */

import type { Job } from "../../contracts/jobs/wire.ts";
import type { Cli } from "../cli.ts";
import { eventLine, logLine, paintState, progressText } from "./job.ts";
import { StatusLine } from "./status-line.ts";
import { formatDuration } from "./time.ts";

/** How a job is followed. */
export interface FollowOptions {
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** Print the job's timeline line by line. */
  readonly timeline?: boolean;
}

/**
 * Resolves with the job when it has an outcome.
 * @throws WaitTimeoutError, CliError on Ctrl-C
 */
export async function followJob(cli: Cli, taskId: string, options: FollowOptions = {}): Promise<Job> {
  const client = cli.client();
  const { err } = cli;
  const began = performance.now();
  let latest: Job | undefined;
  const line = new StatusLine(err, (frame) =>
    latest ? statusText(cli, latest, { frame, elapsed: performance.now() - began }) : frame,
  );
  const printed = new Set<string>();
  let printing = Promise.resolve();
  const printTimeline = async () => {
    const { events, log } = await client.jobs.events(taskId);
    const entries = [
      ...events.map((event) => ({ at: event.at, text: eventLine(err, event) })),
      ...log.map((said) => ({ at: said.at, text: logLine(err, said) })),
    ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
    for (const { at, text } of entries) {
      const key = `${at} ${text}`;
      if (!printed.has(key)) line.above(text);
      printed.add(key);
    }
  };
  try {
    const job = await client.wait(taskId, {
      signal: cli.signal,
      timeout: options.timeout === undefined ? undefined : options.timeout * 1_000,
      onProgress(now) {
        const before = latest;
        latest = now;
        line.draw();
        if (cli.options.json) return;
        if (options.timeline && stepKey(before) !== stepKey(now)) {
          printing = printing.then(printTimeline);
          // The error comes back where it is awaited, below.
          printing.catch(() => {});
        }
        if (!err.terminal) printChange(cli, { before, now }, options);
      },
    });
    await printing;
    return job;
  } finally {
    line.end();
  }
}

/** In a pipe: states unless the timeline shows them, and progress. */
function printChange(
  { err }: Cli,
  { before, now }: { readonly before: Job | undefined; readonly now: Job },
  { timeline = false }: FollowOptions,
): void {
  if (!timeline && before?.status !== now.status) err.line(`${now.task_id} ${now.status}`);
  if (now.progress && progressKey(before) !== progressKey(now))
    err.line(`${now.task_id} ${progressText(now.progress)}`);
}

/** A running job's log is asked for when its progress changes. */
const stepKey = (job: Job | undefined) => job && `${job.status} ${job.attempts} ${progressKey(job)}`;

const progressKey = (job: Job | undefined) => JSON.stringify(job?.progress ?? null);

/** When a job in RETRY runs again. Its time may have passed: the message still has to be received. */
export function retryText(nextAttemptAt: string, now: number = Date.now()): string {
  const left = Date.parse(nextAttemptAt) - now;
  return left < 1_000 ? "due, waits for a worker" : `again in ${formatDuration(left)}`;
}

const BAR = 20;

function statusText(
  { err }: Cli,
  job: Job,
  { frame, elapsed }: { readonly frame: string; readonly elapsed: number },
): string {
  const parts = [`${frame} ${paintState(err, job.status)}`, job.task_name];
  if (job.progress) {
    const { current, total } = job.progress;
    if (total !== null && total > 0) {
      const filled = Math.round(Math.min(1, Math.max(0, current / total)) * BAR);
      parts.push(err.paint("cyan", "█".repeat(filled)) + err.paint("dim", "░".repeat(BAR - filled)));
    }
    parts.push(progressText(job.progress));
  }
  if (job.attempts > 1) parts.push(`attempt ${job.attempts}`);
  if (job.status === "RETRY" && job.next_attempt_at) parts.push(retryText(job.next_attempt_at));
  parts.push(err.paint("dim", formatDuration(elapsed)));
  return parts.join("  ");
}

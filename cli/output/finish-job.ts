import type { Job } from "../../contracts/jobs/wire.ts";
import type { Cli } from "../cli.ts";
import { paintState, printValue } from "./job.ts";
import { oneLine } from "./text.ts";
import { formatDuration } from "./time.ts";

/** Ends a command that waited for a job: its result on standard output, its outcome in the exit code. */
export function finishJob(cli: Cli, job: Job): void {
  if (job.status !== "SUCCESS") cli.exit = "failed";
  cli.print(job, () => {
    if (job.status === "SUCCESS") {
      if (cli.err.terminal) cli.err.line(`${paintState(cli.err, "SUCCESS")} in ${took(job)}`);
      return printValue(cli.out, job.result);
    }
    const why = job.error ? `${job.error.type}: ${oneLine(job.error.message)}` : "it was revoked";
    const tries = job.attempts > 1 ? ` (${job.attempts} attempts)` : "";
    cli.err.line(`${paintState(cli.err, job.status)} ${job.task_id}: ${why}${tries}`);
  });
}

/** From acceptance to outcome: what the caller has waited. */
const took = ({ created_at, finished_at, duration_ms }: Job): string =>
  formatDuration(finished_at ? Date.parse(finished_at) - Date.parse(created_at) : (duration_ms ?? 0));

/**
 * What must really have run on the deployed stack: a suite that skips it all must not count as passed.
 *
 * @module
 */

import { z } from "zod";
import type { Lacks } from "./suite/lacks.ts";

const required: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["auth: no key", /\bauth a request without a key is 401/],
  ["auth: a wrong key", /\bauth the wrong key .* is 403/],
  ["auth: a missing scope", /\bauth a key that may only read cannot submit/],
  ["public routes: a trailing slash", /\bpublic routes GET \/health\/ answers/],
  ["public routes: HEAD", /\bpublic routes HEAD \/health answers/],
  ["public routes: an unknown path", /\bpublic routes GET \/no-such-page is 404/],
  ["submit", /\bsubmit a job is accepted .* runs/],
  ["the result of summarize", /\bresults summarize:/],
  ["the result of keywords", /\bresults keywords:/],
  ["the result of normalize", /\bresults normalize: a request becomes/],
  ["projects", /\bprojects are embedded by a job, found/],
  ["a document by the API", /\bdocuments are read when their bytes are sent/],
  ["a document by S3", /\bdocuments are read when they are uploaded straight/],
  ["a paused lane", /\boperations a lane that is paused/],
  ["metrics", /\boperations metrics have the depth/],
  ["bad input: 422", /\bbad input .* is 422 and names/],
  ["bad input: 413", /\bbad input .* is 413/],
  ["a job with an eta", /\bjobs later a job runs when its eta has come/],
  ["a wait", /\bjobs later a request that waits is answered/],
  ["a bound on waits", /\bjobs later of requests that wait at once, those over/],
  ["schedules of the catalog", /\bschedules those of the catalog are listed for admins/],
  ["a schedule", /\bschedules a job is submitted when its time has come/],
  ["a batch", /\bbatches a batch counts its jobs/],
  ["an uploaded batch", /\bbatches a list of inputs that was uploaded/],
  ["a purged queue", /\breplaced systems the queue `cron` is that of monitoring/],
  ["a file of a job", /\blong jobs files of a job/],
  ["a bound on running jobs", /\bbounds of a project on running jobs let one run/],
  ["a bound on waiting jobs", /\bbounds of a project on waiting jobs refuse one more/],
  ["alarms and dashboard", /\bobservability every alarm of the stack is there/],
  ["a job by function path", /\breplaced systems execute_high_priority_task/],
];

/** What must have run as well where functions reach servers of this machine. */
const requiredByLoopback: typeof required = [
  ["a webhook", /\bwebhooks a job's end is told once, signed/],
  ["a webhook of a batch", /\bbatches jobs that fail are counted, and the batch is told/],
  ["a call by a config", /\bmodel calls a call by a version of a config/],
  ["configs of what follows a batch, and of a schedule", /\bmodel calls what follows a batch, and the jobs/],
  ["a job of several runs", /\blong jobs a long text is written over several runs/],
  ["a revoke with what waits", /\blong jobs revoking a job that waits/],
];

/** vitest's JSON report, as far as it matters here. */
const reportSchema = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) })),
});

/** @returns what no test passed for */
export function missingCoverage(report: unknown, { loopback }: Lacks): string[] {
  const passed = reportSchema
    .parse(report)
    .testResults.flatMap((file) => file.assertionResults)
    .filter((result) => result.status === "passed")
    .map((result) => result.fullName);
  const wanted = loopback === undefined ? [...required, ...requiredByLoopback] : required;
  return wanted.filter(([, pattern]) => !passed.some((name) => pattern.test(name))).map(([what]) => what);
}

import { performance } from "node:perf_hooks";
import { createClient } from "../client/index.ts";
import { startStack } from "../local/stack.ts";
import { type DemoJob, demoJobs } from "./demo/jobs.ts";
import { printResults } from "./demo/results.ts";
import { type Finished, runJob } from "./demo/run-job.ts";

/**
 * The demo (`npm run demo`): starts the embedded stack on a free port with temporary data, runs every task on the real
 * inputs beside this file, and prints what came out. Exits with 1 unless every job ended in SUCCESS with a result that
 * fits its task.
 */

const print = (line = "") => process.stdout.write(`${line}\n`);
const secondsSince = (start: number) => `${((performance.now() - start) / 1_000).toFixed(1)} s`;

const started = performance.now();
print("Starting the embedded stack: synthesizing the template, then SQS, DynamoDB, S3 and the functions ...");
const stack = await startStack();
const stop = () => stack.stop(0).finally(() => process.exit(130));
process.once("SIGINT", stop);

let finished: Finished[] = [];
try {
  print(`Ready at ${stack.url} after ${secondsSince(started)}.`);
  const client = createClient({ url: stack.url, apiKey: stack.apiKey });
  const jobs = await demoJobs();
  print(`Submitting ${jobs.length} jobs over HTTP ...`);
  print();
  let done = 0;
  const report = (job: DemoJob, { status, seconds }: Finished) => {
    done += 1;
    const count = `[${String(done).padStart(2)}/${jobs.length}]`;
    print(`${count} ${status.padEnd(8)} ${job.task.padEnd(14)} ${job.title.padEnd(40)} ${seconds.toFixed(1)} s`);
  };
  finished = await Promise.all(
    jobs.map(async (job) => {
      const result = await runJob(client, job);
      report(job, result);
      return result;
    }),
  );
  print();
  printResults(finished, print);
} finally {
  process.off("SIGINT", stop);
  await stack.stop(0);
}

const failed = finished.filter((job) => job.problem !== undefined);
print(
  failed.length === 0
    ? `All ${finished.length} jobs succeeded in ${secondsSince(started)}, start included. Try it yourself: npm start`
    : `${failed.length} of ${finished.length} jobs did not succeed.`,
);
process.exitCode = failed.length === 0 && finished.length > 0 ? 0 : 1;

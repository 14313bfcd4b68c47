/**
 * The demo (`npm run demo`): starts the embedded stack on a free port with temporary data, runs every task that needs no
 * language model on the real inputs beside this file, and prints what came out and what it did not run. Exits with 1
 * unless every job ended in SUCCESS with a result that fits its task.
 *
 * @module
 */

import { performance } from "node:perf_hooks";
import { createClient } from "../client/index.ts";
import { readFlags } from "../local/read-flags.ts";
import { startStack } from "../local/stack.ts";
import { bookSteps } from "./demo/books.ts";
import { documentSteps, searchStep } from "./demo/documents.ts";
import { taskSteps } from "./demo/jobs.ts";
import { modelExamples } from "./demo/model-examples.ts";
import { projectSearches, projectSteps } from "./demo/projects.ts";
import { printResults } from "./demo/results.ts";
import { type Finished, runStep } from "./demo/step.ts";

const HELP = `Runs every task that needs no language model on real inputs, on a stack of its own that is gone afterwards.

  npm run demo              exits with 1 unless every job succeeded with a result that fits its task

It takes no options. The inputs are in examples/; npm start runs a stack to try them on yourself.
`;

if (readFlags({ options: { help: { type: "boolean", short: "h" } } }, HELP).values.help) {
  process.stdout.write(HELP);
  process.exit();
}
// Whoever read the output, such as head, has gone: there is nobody to run jobs for.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const searchSteps = [
  searchStep("Welcher Vertrag regelt die Nutzung der Räume und Maschinen?", "mietvertrag-werkstatt.docx"),
  ...projectSearches,
];

const print = (line = "") => process.stdout.write(`${line}\n`);
const secondsSince = (start: number) => `${((performance.now() - start) / 1_000).toFixed(1)} s`;

const started = performance.now();
print("Starting the embedded stack: synthesizing the template, then SQS, DynamoDB, S3 and the functions ...");
const stack = await startStack();
const stop = () => stack.stop(0).finally(() => process.exit(130));
process.once("SIGINT", stop);

const finished: Finished[] = [];
try {
  print(`Ready at ${stack.url} after ${secondsSince(started)}.`);
  const client = createClient({ url: stack.url, apiKey: stack.apiKey });
  const rounds = [
    [...(await taskSteps()), ...(await bookSteps()), ...(await documentSteps()), ...(await projectSteps())],
    searchSteps,
  ];
  const total = rounds.flat().length;
  print(`Running ${total} jobs and searches over HTTP ...`);
  print();
  let done = 0;
  for (const steps of rounds) {
    const results = steps.map(async (step) => {
      const result = await runStep(step, client);
      done += 1;
      const count = `[${String(done).padStart(2)}/${total}]`;
      const outcome = result.problem === undefined ? "SUCCESS" : "FAILURE";
      print(`${count} ${outcome} ${step.group.padEnd(26)} ${step.title.padEnd(44)} ${result.seconds.toFixed(1)} s`);
      return result;
    });
    finished.push(...(await Promise.all(results)));
  }
  print();
  printResults(finished, print);
  for (const line of await modelExamples()) print(line);
  print();
} finally {
  process.off("SIGINT", stop);
  await stack.stop(0);
}

const failed = finished.filter((job) => job.problem !== undefined);
print(
  failed.length === 0
    ? `All ${finished.length} succeeded in ${secondsSince(started)}, start included. Try it yourself: npm start`
    : `${failed.length} of ${finished.length} did not succeed.`,
);
process.exitCode = failed.length === 0 && finished.length > 0 ? 0 : 1;

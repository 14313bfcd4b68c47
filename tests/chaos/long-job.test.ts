/**
 * A job of forty minutes, scaled: its function may run for 5 s, and its own work takes more than three times as long, as 40
 * minutes are to the 15 of a Lambda function. Its process is killed twice.
 *
 * @module
 */

import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { fileLinkSchema } from "../../contracts/jobs/files.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { Assembly } from "../helpers/assembly.ts";
import { eventually } from "../helpers/eventually.ts";
import { outcomeOf, submit } from "../helpers/job-client.ts";
import { collectRunReports, type RunReports } from "../helpers/run-reports.ts";

let reports: RunReports;
let assembly: Assembly;
let stack: Stack;

beforeAll(async () => {
  reports = await collectRunReports();
  assembly = await Assembly.synthesize({ TASK_LEASE_SECONDS: "4", TASK_TIME_LIMIT: "5", TASK_SOFT_TIME_LIMIT: "4.5" });
  const environment = { TEST_REPORT_URL: reports.url };
  await assembly.replaceHandler("default", "tests/fixtures/functions/long-default.ts", environment);
  // It continues at once, submits jobs and puts files, which no task of this queue does.
  await assembly.allow("default", ["sqs:SendMessage", "s3:PutObject"]);
  stack = await startStack({ assembly: assembly.directory, timeScale: 60 });
});
afterAll(async () => {
  await stack?.stop(0);
  await reports?.close();
  await assembly?.remove();
});

const STEPS = 16;
/** Of own work in each run, twice. */
const MS = 500;

const find = (event: string, step: number) =>
  eventually(`${event} ${step}`, () => reports.all.find((each) => each.event === event && each.step === step), 120);

it("continues over several invocations, killed twice, and does each step once", async () => {
  const taskId = await submit(stack, "health_check", { input: { echo: { steps: STEPS, ms: MS } } });
  // Once right after a step was submitted, and once in the middle of its own work.
  for (const [event, step] of [
    ["submitted", 2],
    ["run", 5],
  ] as const) {
    const { pid } = await find(event, step);
    process.kill(pid, "SIGKILL");
  }
  const job = await outcomeOf(stack, taskId, 240);

  expect(job).toMatchObject({ status: "SUCCESS", attempts: 1 });
  const steps = reports.all.filter(({ event }) => event === "step").map(({ step }) => step);
  expect(steps).toEqual(Array.from({ length: STEPS }, (_, index) => index));
  const runs = reports.all.filter(({ event }) => event === "run").map(({ step }) => step);
  const each = Array.from({ length: STEPS + 1 }, (_, index) => index);
  expect([...new Set(runs)].toSorted((one = 0, other = 0) => one - other)).toEqual(each);
  // On a machine that is slower than the time limit of 5 s, other runs are begun again as well.
  for (const killed of [2, 5]) expect(runs.filter((step) => step === killed).length).toBeGreaterThan(1);

  const headers = { authorization: `Bearer ${stack.apiKey}` };
  const [file] = z.array(z.object({ link: z.string() })).parse(job.files);
  const link = fileLinkSchema.parse(await (await fetch(`${stack.url}${file?.link}`, { headers })).json());
  const content = await fetch(link.url);
  expect(await content.text()).toBe(`${STEPS} steps`);
  expect(new URL(link.url).searchParams.get("response-content-disposition")).toMatch(/^attachment/);
  expect((await fetch(`${stack.url}/api/v1/jobs/${taskId}/files/other.txt`, { headers })).status).toBe(404);
}, 300_000);

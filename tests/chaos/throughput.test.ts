import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../../local/stack.ts";
import { Assembly } from "../helpers/assembly.ts";
import { eventually } from "../helpers/eventually.ts";
import { getJob, submit } from "../helpers/job-client.ts";
import { collectRunReports, type RunReports } from "../helpers/run-reports.ts";

const JOBS = 2_000;
const CALLERS = 16;

let reports: RunReports;
let assembly: Assembly;
let stack: Stack;

beforeAll(async () => {
  reports = await collectRunReports();
  assembly = await Assembly.synthesize();
  await assembly.replaceHandler("default", "tests/fixtures/functions/reporting-default.ts", {
    TEST_REPORT_URL: reports.url,
    LOG_LEVEL: "ERROR",
  });
  stack = await startStack({ assembly: assembly.directory });
});
afterAll(async () => {
  await stack?.stop(0);
  await reports?.close();
  await assembly?.remove();
});

it(`runs ${JOBS} jobs submitted over HTTP, each exactly once, all to SUCCESS`, async () => {
  const started = performance.now();
  const ids: string[] = [];
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let job = caller; job < JOBS; job += CALLERS) {
      ids.push(await submit(stack, "health_check", { input: { echo: job } }));
    }
  });
  await Promise.all(callers);
  const submitted = performance.now();
  await eventually("every job has run", () => reports.all.length >= JOBS, 180);
  const ran = performance.now();

  const unfinished = new Set(ids);
  await eventually(
    "every job is SUCCESS",
    async () => {
      for (const id of [...unfinished].slice(0, 200)) {
        if ((await getJob(stack, id)).status === "SUCCESS") unfinished.delete(id);
      }
      return unfinished.size === 0;
    },
    180,
  );
  const runsOf = Map.groupBy(reports.all, (report) => report.task_id);
  expect(runsOf.size).toBe(JOBS);
  expect([...runsOf.values()].filter((runs) => runs.length > 1)).toEqual([]);
  const processes = new Set(reports.all.map((report) => report.pid)).size;
  const rate = (milliseconds: number) => `${Math.round((JOBS / milliseconds) * 1_000)}/s`;
  process.stdout.write(
    `${JOBS} jobs: submitted at ${rate(submitted - started)}, run at ${rate(ran - started)} in ${processes} processes\n`,
  );
});

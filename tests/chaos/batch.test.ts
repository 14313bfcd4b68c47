/**
 * A batch of 10,000 jobs of which one in a hundred fails, with copies of messages, on the embedded stack. BATCH_JOBS makes it
 * smaller.
 *
 * @module
 */

import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Client, createClient } from "../../client/index.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { queueUrl } from "../../shared/engine/jobs/services.ts";
import { Assembly } from "../helpers/assembly.ts";
import { eventually } from "../helpers/eventually.ts";
import { collectRunReports, type RunReports } from "../helpers/run-reports.ts";
import { servicesOf } from "../helpers/stack-services.ts";

const JOBS = Number(process.env.BATCH_JOBS ?? 10_000);
/** One in so many fails; one in so many has its message copied. */
const FAILING = 100;
const COPIED = 20;
const MINUTES = 25;

let reports: RunReports;
let assembly: Assembly;
let stack: Stack;
let client: Client;

beforeAll(async () => {
  reports = await collectRunReports();
  assembly = await Assembly.synthesize({ TASK_MAX_RETRIES: "0" });
  const environment = { TEST_REPORT_URL: reports.url, LOG_LEVEL: "ERROR" };
  await assembly.replaceHandler("default", "tests/fixtures/functions/reporting-default.ts", environment);
  stack = await startStack({ assembly: assembly.directory });
  client = createClient(stack);
});
afterAll(async () => {
  await stack?.stop(0);
  await reports?.close();
  await assembly?.remove();
});

it(`a batch of ${JOBS} ends once, with exact counts`, { timeout: MINUTES * 60_000 }, async () => {
  const started = performance.now();
  const { batch_id: id, task_ids: taskIds } = await client.batches.submit({
    task_name: "health_check",
    inputs: Array.from({ length: JOBS }, (_, index) => ({
      echo: { index, ...(index % FAILING === 0 && { fail: "as it should" }) },
    })),
    on_complete: { task_name: "health_check", input: { echo: "followed" } },
  });
  const accepted = performance.now();
  const services = servicesOf(stack);
  let seen = 0;
  let copies = 0;
  const copyMessages = async () => {
    for (; seen < reports.all.length; seen++) {
      const taskId = reports.all[seen]?.task_id;
      if (taskId === undefined || seen % COPIED > 0) continue;
      copies += 1;
      const MessageBody = JSON.stringify({ v: 1, task_id: taskId, generation: 1, trace_id: "copy" });
      const QueueUrl = queueUrl(services, "default-low");
      await services.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "default" }));
    }
  };
  await eventually(
    "the batch to be followed",
    async () => {
      await copyMessages();
      const { batches } = await client.batches.list({ limit: 1 });
      return batches[0]?.completed_at !== null;
    },
    (MINUTES - 5) * 60,
  );
  const ended = performance.now();
  const follower = await eventually(
    "what follows",
    async () => (await client.batches.get(id)).on_complete_task_id ?? undefined,
    120,
  );
  await client.wait(follower, { timeout: 120 });

  const failing = Math.ceil(JOBS / FAILING);
  expect(await client.batches.get(id)).toMatchObject({
    status: "COMPLETED",
    total: JOBS,
    counts: { PENDING: 0, STARTED: 0, RETRY: 0, SUCCESS: JOBS - failing, FAILURE: failing, REVOKED: 0 },
    expired: 0,
    successful: false,
  });
  let lines = 0;
  for await (const { index, task_id, status } of client.batches.results(id, 1_000)) {
    expect([index, task_id, status]).toEqual([lines, taskIds[lines], lines % FAILING === 0 ? "FAILURE" : "SUCCESS"]);
    lines += 1;
  }
  expect(lines).toBe(JOBS);
  const runs = Map.groupBy(reports.all, ({ task_id }) => task_id);
  expect(runs.size).toBe(JOBS + 1);
  expect([...runs.values()].filter((each) => each.length > 1)).toEqual([]);
  expect(runs.get(follower)).toHaveLength(1);
  expect(copies).toBeGreaterThan(JOBS / COPIED / 2);
  const seconds = (from: number, to: number) => Math.round((to - from) / 100) / 10;
  process.stdout.write(
    `${JOBS} jobs: accepted after ${seconds(started, accepted)} s, ended ${seconds(accepted, ended)} s later; ${copies} copies\n`,
  );
});

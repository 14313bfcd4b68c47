/**
 * 500 jobs that fail for good in three ways, run by real workers: one kind is run again, and nothing else is.
 *
 * @module
 */

import { afterAll, beforeAll, expect, it } from "vitest";
import { deadLetterGroupsSchema, redrivenSchema } from "../../contracts/dead-letters/dead-letters.ts";
import { batchAcceptedSchema, batchSchema } from "../../contracts/jobs/batches.ts";
import { eventListSchema } from "../../contracts/jobs/wire.ts";
import { eventually } from "../helpers/eventually.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const RATE = 50;

/** What no request of the test says, so that `normalize` fails with an error of its own for each kind. */
const required = (name: string, format: string) => ({
  type: "object",
  properties: { [name]: { type: "string", format } },
  required: [name],
});
const kinds = {
  email: { jobs: 230, schema: required("email", "email") },
  link: { jobs: 150, schema: required("link", "uri") },
  day: { jobs: 120, schema: required("day", "date") },
};

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ env: { LOG_LEVEL: "ERROR" } });
});
afterAll(() => stack[Symbol.asyncDispose]());

const get = async (path: string): Promise<unknown> => (await stack.request(path)).json();
const groups = async () => deadLetterGroupsSchema.parse(await get("/dlq/normalize/groups"));

async function failAll({ jobs, schema }: { jobs: number; schema: object }) {
  const inputs = Array.from({ length: jobs }, (_, index) => ({ request: `Order number ${index}.`, schema }));
  const answer = await stack.post("/batches", { task_name: "normalize", inputs });
  return batchAcceptedSchema.parse(await answer.json());
}

const failed = async (batch: string) => batchSchema.parse(await get(`/batches/${batch}`)).counts.FAILURE;

async function hasFailedAgain(taskId: string): Promise<boolean> {
  const { events } = eventListSchema.parse(await get(`/jobs/${taskId}/events`));
  return events.filter((event) => event.status === "FAILURE").length === 2;
}

async function runsOf(taskId: string): Promise<number> {
  const { events } = eventListSchema.parse(await get(`/jobs/${taskId}/events`));
  return events.filter((event) => event.status === "STARTED").length;
}

it("groups 500 dead letters by kind, and runs one kind again at a bounded rate, each job once", async () => {
  const batches = {
    email: await failAll(kinds.email),
    link: await failAll(kinds.link),
    day: await failAll(kinds.day),
  };
  for (const { batch_id: id, total } of Object.values(batches)) {
    await eventually("every job has failed", async () => (await failed(id)) === total, 180);
  }
  const before = await groups();
  expect(before.total_count).toBe(500);
  expect(before.groups.map((group) => group.count)).toEqual([230, 150, 120]);
  const kind = { fingerprint: before.groups[1]?.fingerprint };

  const started = Date.now();
  const answer = await stack.post("/dlq/normalize/redrive", { ...kind, rate_per_second: RATE });

  expect(redrivenSchema.parse(await answer.json())).toMatchObject({ redriven: 150, skipped: 0, more: false });
  const { task_ids: ids } = batches.link;
  // The counts of a batch that has ended say how its jobs ended, also while one runs again.
  await eventually(
    "all of the kind have run again",
    async () => (await Promise.all(ids.map(hasFailedAgain))).every(Boolean),
    180,
  );
  // The last of 150 messages was held back until 149 / 50 seconds had passed.
  expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
  expect(await Promise.all(ids.map(runsOf))).toEqual(ids.map(() => 2));
  const others = [...batches.email.task_ids, ...batches.day.task_ids];
  expect(await Promise.all(others.map(runsOf))).toEqual(others.map(() => 1));
  expect((await groups()).groups.map((group) => group.count)).toEqual([230, 150, 120]);
});

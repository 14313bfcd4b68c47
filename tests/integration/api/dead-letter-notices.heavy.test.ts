/**
 * What the sweeper publishes of failed jobs, to a topic that the test plays.
 *
 * @module
 */

import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type DeadLetterNotice, deadLetterNoticeSchema } from "../../../contracts/dead-letters/notice.ts";
import { retryJob } from "../../../shared/engine/jobs/retry.ts";
import { notifyDeadLetters, type Publish } from "../../../shared/engine/operations/dead-letter-notices.ts";
import { inGroups } from "../../../shared/lib/groups.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
let calls: DeadLetterNotice[][] = [];
let answer: Publish;
const errors: unknown[] = [];

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());
beforeEach(async () => {
  answer = async (notices) => notices.map(() => "taken");
  // What earlier tests left is published; one of them moved the clock.
  await api.jobs.store.table.document.send(
    new DeleteCommand({ TableName: "jobs", Key: { pk: "NOTICES", sk: "state" } }),
  );
  await notify();
  calls = [];
  errors.length = 0;
});
afterEach(() => void vi.restoreAllMocks());

const notify = (hasTime = () => true) =>
  notifyDeadLetters(api.jobs, {
    publish: async (notices) => {
      calls.push([...notices]);
      return answer(notices);
    },
    publicUrl: "https://api.test",
    logger: { error: (...said: unknown[]) => void errors.push(said) },
    hasTime,
  });
const published = () => calls.flat();

async function failed(error = "LLMServerError", message = "It answered 500."): Promise<string> {
  const taskId = await api.submit();
  await (await api.start(taskId)).fail(error, message);
  return taskId;
}

it("tells of a failed job once, with what an operator needs to know", async () => {
  const taskId = await failed();

  expect(await notify()).toEqual({ notified: 1, failed: 0 });
  expect(await notify()).toEqual({ notified: 0, failed: 0 });

  const record = await api.record(taskId);
  expect(published()).toEqual([
    {
      stage: "test",
      queue: "summarize",
      task_name: "summarize",
      project_id: record.project_id,
      fingerprint: "LLMServerError",
      count: 1,
      task_ids: [taskId],
      task_id: taskId,
      error: { type: "LLMServerError", message: "It answered 500.", retryable: false },
      attempts: 1,
      failed_at: new Date(record.finished_at ?? 0).toISOString(),
      links: { job: `https://api.test/api/v1/jobs/${taskId}`, console: `https://api.test/console/jobs/${taskId}` },
    },
  ]);
  expect(deadLetterNoticeSchema.safeParse(published()[0]).error).toBeUndefined();
});

it("makes few notices and fewer calls of many failures, and names every job", async () => {
  const kinds = ["LLMClientError", "AuthenticationError", "SchemaValidationError"];
  const first = Array.from({ length: 250 }, (_, index) => kinds[index % 2]);
  const ids = await inGroups(first, (kind) => failed(kind), 10);
  ids.push(await failed(kinds[2]));

  expect(await notify()).toEqual({ notified: 251, failed: 0 });

  expect(calls).toHaveLength(1);
  expect(
    published()
      .map(({ count }) => count)
      .toSorted((one, other) => one - other),
  ).toEqual([1, 25, 25, 100, 100]);
  expect(new Set(published().flatMap(({ task_ids: named }) => named))).toEqual(new Set(ids));
  expect(await notify()).toEqual({ notified: 0, failed: 0 });
});

it("tells again what the topic could not take, and nothing twice that it took", async () => {
  const [one, other] = [await failed("LLMClientError"), await failed("AuthenticationError")];
  answer = async (notices) => notices.map(({ task_id: id }) => (id === one ? "taken" : "later"));
  expect(await notify()).toEqual({ notified: 1, failed: 1 });
  answer = () => Promise.reject(new Error("The topic is gone."));
  expect(await notify()).toEqual({ notified: 0, failed: 1 });
  expect(errors).toHaveLength(1);
  calls = [];

  answer = async (notices) => notices.map(() => "taken");
  // Long after the failure: an outage of the topic is not a reason to forget it.
  const later = Date.now() + 3_600_000;
  vi.spyOn(api.jobs, "now").mockImplementation(() => later);

  expect(await notify()).toEqual({ notified: 1, failed: 0 });
  expect(published().map(({ task_id: id }) => id)).toEqual([other]);
});

it("does not repeat a notice that the topic refuses for what is in it", async () => {
  await failed();
  answer = async (notices) => notices.map(() => "refused");
  expect(await notify()).toEqual({ notified: 0, failed: 1 });

  expect(await notify()).toEqual({ notified: 0, failed: 0 });
});

it("leaves to the next call what it has no time for", async () => {
  await failed();
  expect(await notify(() => false)).toEqual({ notified: 0, failed: 0 });

  expect(await notify()).toEqual({ notified: 1, failed: 0 });
});

it("tells of a failure that shows in the index after a later one was told", async () => {
  const late = await api.submit();
  const running = await api.start(late);
  const before = Date.now() - 20_000;
  await failed();
  await notify();
  vi.spyOn(Date, "now").mockImplementation(() => before);
  await running.fail("ConnectionError");
  vi.restoreAllMocks();
  calls = [];

  expect(await notify()).toEqual({ notified: 1, failed: 0 });
  expect(published()[0]?.task_id).toBe(late);
});

it("tells of a job again when it fails again, and not of one that runs again", async () => {
  const taskId = await failed();
  await notify();
  calls = [];
  await retryJob(api.jobs, await api.record(taskId), { reason: "by hand" });
  expect(await notify()).toEqual({ notified: 0, failed: 0 });

  await (await api.start(taskId)).fail();

  expect(await notify()).toEqual({ notified: 1, failed: 0 });
});

it("keeps projects apart, so that nobody is told of another one's jobs", async () => {
  await failed();
  const other = await api.submit({ key: { tenant: "other" } });
  await (await api.start(other)).fail();

  await notify();

  expect(
    published()
      .map(({ project_id: project, count }) => [project, count])
      .toSorted(),
  ).toEqual(
    [
      [(await api.record(published()[0]?.task_id ?? "")).project_id, 1],
      ["other", 1],
    ].toSorted(),
  );
});

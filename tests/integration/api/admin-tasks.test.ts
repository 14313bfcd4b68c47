/**
 * Tasks that act on all projects: a key of one project neither submits them nor sees their jobs.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog } from "../../../contracts/catalog.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
let taskId: string;
let batchId: string;

/** As the scheduled jobs of a stage: in project `default`, where other keys work too. */
const admin = { key: { tenant: "default", scopes: ["admin"] as const } };
const member = { key: { tenant: "default", scopes: ["submit", "read"] as const } };

const jobList = z.object({ jobs: z.array(z.object({ task_id: z.string() })) });
const listed = async (query: string, options: typeof admin | typeof member) =>
  jobList.parse((await api.call("GET", `/jobs${query}`, options)).body).jobs.map((job) => job.task_id);

beforeAll(async () => {
  api = await TestApi.start();
  taskId = await api.submit({ ...admin, task: "get_queue_stats", body: { input: {} } });
  const batch = await api.call("POST", "/batches", {
    ...admin,
    body: { task_name: "get_queue_stats", inputs: [{}], priority: 5 },
  });
  batchId = z.object({ batch_id: z.string() }).parse(batch.body).batch_id;
});
afterAll(() => api.close());

describe("a task that acts on all projects", () => {
  it.each([...catalog.adminTasks])(
    "%s is refused to a key that may only submit, alone and in a batch",
    async (task) => {
      const alone = await api.call("POST", `/tasks/${task}`, { ...member, body: { input: {} } });
      const inBatch = await api.call("POST", "/batches", { ...member, body: { task_name: task, inputs: [{}] } });

      expect([alone.status, inBatch.status]).toEqual([403, 403]);
    },
  );

  it.each([
    ["GET", ""],
    ["GET", "/result"],
    ["GET", "/input"],
    ["GET", "/events"],
    ["POST", "/revoke"],
    ["POST", "/retry"],
  ])(
    "%s /jobs/{id}%s does not know its job for a key of the same project that is not an admin's",
    async (method, path) => {
      const answer = await api.call(method, `/jobs/${taskId}${path}`, {
        ...member,
        ...(method === "POST" && { body: {} }),
      });

      expect(answer.status).toBe(404);
      expect((await api.call("GET", `/jobs/${taskId}`, admin)).body).toMatchObject({ status: "PENDING" });
    },
  );

  it("is in no list of such a key, and its batch does not exist for it", async () => {
    const own = await api.submit(member);

    expect(await listed("?limit=100", member)).toEqual([own]);
    expect(await listed("?task_name=get_queue_stats", member)).toEqual([]);
    expect(await listed(`?batch_id=${batchId}`, member)).toEqual([]);
    expect(await listed("?limit=100", admin)).toEqual(expect.arrayContaining([own, taskId]));
    expect((await api.call("GET", `/batches/${batchId}`, member)).status).toBe(404);
    expect((await api.call("GET", `/batches/${batchId}`, admin)).status).toBe(200);
  });

  it("is left alone when such a key revokes all jobs of the project", async () => {
    const own = await api.submit(member);

    await api.call("POST", "/jobs/revoke", { ...member, body: { all: true } });

    expect((await api.record(own)).status).toBe("REVOKED");
    expect((await api.record(taskId)).status).toBe("PENDING");
  });

  it("is not a dead letter for such a key, neither listed nor in a group", async () => {
    const failing = await api.submit({ ...admin, task: "get_queue_stats", body: { input: {} } });
    await (await api.start(failing)).fail();

    const [letters, groups] = await Promise.all([
      api.call("GET", "/dlq/monitoring", member),
      api.call("GET", "/dlq/monitoring/groups", member),
    ]);

    expect(letters.body).toMatchObject({ messages: [] });
    expect(groups.body).toMatchObject({ groups: [], total_count: 0 });
    expect((await api.call("GET", "/dlq/monitoring", admin)).body).toMatchObject({ messages: [{ task_id: failing }] });
  });
});

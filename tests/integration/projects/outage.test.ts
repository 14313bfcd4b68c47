/**
 * The project routes when SQS does not take a job: nothing is lost, and nothing is done twice when they ask again.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createProject, deleteProject, updateProject } from "../../../shared/capabilities/projects/manage-projects.ts";
import { listProjects } from "../../../shared/capabilities/projects/read-projects.ts";
import { QueueUnavailableError } from "../../../shared/engine/jobs/send.ts";
import { ProjectHarness } from "../../helpers/project-harness.ts";

let harness: ProjectHarness;
let tenant: string;
beforeAll(async () => {
  harness = await ProjectHarness.start();
});
afterAll(() => harness.close());
beforeEach(() => {
  tenant = `tenant-${randomUUID().slice(0, 8)}`;
});

const project = { description: "Solar panels", metadata: {} };
const create = (key?: string) => createProject(harness.services, { tenant, idempotencyKey: key }, project);
const list = async () => (await listProjects(harness.services, tenant, { limit: 10 })).projects;
const jobs = async () => (await harness.api.jobs.store.list({ tenant, limit: 10 })).jobs;

/** Runs an action while SQS takes no message. */
async function whileSqsIsAway(action: () => Promise<unknown>): Promise<void> {
  using _ = vi.spyOn(harness.api.jobs.sqs, "send").mockImplementation(() => {
    throw new Error("SQS is away.");
  });
  await expect(action()).rejects.toThrow(QueueUnavailableError);
}

describe("while SQS takes no job", () => {
  it("a new project leaves neither a project nor a job that waits", async () => {
    await whileSqsIsAway(() => create());

    expect(await list()).toEqual([]);
    expect((await jobs()).map((job) => job.status)).toEqual(["REVOKED"]);
  });

  it("a new project with an Idempotency-Key is accepted when it is sent again, with one job", async () => {
    await whileSqsIsAway(() => create("key-1"));

    const accepted = await create("key-1");
    const again = await create("key-1");

    expect(again).toEqual(accepted);
    expect(await list()).toMatchObject([{ id: accepted.id, status: "pending", task_id: accepted.task_id }]);
    expect((await jobs()).map((job) => [job.task_id, job.status])).toEqual([[accepted.task_id, "PENDING"]]);
  });

  it("a change is sent when it is asked for again, by the same job", async () => {
    const { id } = await create();
    const change = () => updateProject(harness.services, { tenant, id }, { description: "A choir" });
    await whileSqsIsAway(change);
    const send = vi.spyOn(harness.api.jobs.sqs, "send");

    const accepted = await change();

    expect(accepted).toMatchObject({ status: "pending", changed: false });
    expect(send).toHaveBeenCalledTimes(1);
    expect((await jobs()).map((job) => job.task_name).toSorted()).toEqual([
      "generate_project_embedding",
      "regenerate_project_embedding",
    ]);
    send.mockRestore();
  });

  it("a deletion is sent when it is asked for again, by the same job", async () => {
    const { id } = await create();
    const remove = () => deleteProject(harness.services, { tenant, id });
    await whileSqsIsAway(remove);
    expect(await list()).toEqual([]);

    const [first, second] = [await remove(), await remove()];

    expect(first).toEqual(second);
    expect((await jobs()).filter((job) => job.task_name === "delete_project_embedding")).toHaveLength(1);
  });
});

it("a project whose job was revoked is embedded when the same is asked for again", async () => {
  const { id, task_id } = await create();
  await harness.api.call("POST", `/jobs/${task_id}/revoke`, { body: {}, key: { tenant } });
  expect((await harness.api.record(task_id)).status).toBe("REVOKED");

  const again = await updateProject(harness.services, { tenant, id }, project);

  expect(again).toMatchObject({ status: "pending", changed: true });
  expect(again?.task_id).not.toBe(task_id);
});

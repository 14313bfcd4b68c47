/**
 * What becomes of a vector when jobs about one project overlap, come late or fail.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ConnectionError } from "../../../contracts/errors.ts";
import { runEmbeddingBatch } from "../../../shared/capabilities/projects/embedding-batch.ts";
import { failEmbeddingJob, runEmbeddingJob } from "../../../shared/capabilities/projects/embedding-job.ts";
import { createProject, deleteProject, updateProject } from "../../../shared/capabilities/projects/manage-projects.ts";
import { isLive } from "../../../shared/capabilities/projects/project-record.ts";
import { PROJECTS } from "../../../shared/capabilities/projects/services.ts";
import { abandonMigration, startMigration } from "../../../shared/capabilities/vectors/migration.ts";
import { Gate, ProjectHarness } from "../../helpers/project-harness.ts";

let harness: ProjectHarness;
let tenant: string;
beforeAll(async () => {
  harness = await ProjectHarness.start();
});
afterAll(() => harness.close());
beforeEach(() => {
  harness.reset();
  tenant = `tenant-${randomUUID().slice(0, 8)}`;
});

const create = (description: string) =>
  createProject(harness.services, { tenant, idempotencyKey: undefined }, { description, metadata: {} });

/** Runs the job that the project's last change waits for. */
async function runJobOf(id: string, overrides = {}): Promise<void> {
  const record = await harness.services.projects.get({ tenant, id });
  const context = await harness.job(tenant, { taskId: record?.task_id ?? "", ...overrides });
  const input = { project_id: id, revision: record?.revision ?? "" };
  await runEmbeddingJob(harness.services, { ...input, content: isLive(record) ? record : undefined }, context);
}

const statusOf = async (id: string) => (await harness.services.projects.get({ tenant, id }))?.status;

/** A text whose embedding waits at a gate, once. */
function holdEmbeddingOf(text: string): Gate {
  const gate = new Gate();
  harness.beforeEmbedding = (texts) => (texts.includes(text) ? gate.pass() : undefined);
  return gate;
}

describe("two jobs about one project", () => {
  it("leave the new text, although the one with the old text ends last", async () => {
    const { id } = await create("old text");
    const gate = holdEmbeddingOf("old text");
    const slow = runJobOf(id);
    await gate.arrived;
    await updateProject(harness.services, { tenant, id }, { description: "new text" });
    await runJobOf(id);
    expect(await harness.stored(tenant, id)).toEqual(["new text"]);

    gate.open();
    await slow;

    expect(await harness.stored(tenant, id)).toEqual(["new text"]);
    expect(await statusOf(id)).toBe("completed");
  });

  it("leave the new text, although the late one fails before it can see that, and is tried again", async () => {
    const { id, task_id: taskId } = await create("old text");
    const gate = holdEmbeddingOf("old text");
    const slow = runJobOf(id);
    await gate.arrived;
    await updateProject(harness.services, { tenant, id }, { description: "new text" });
    await runJobOf(id);
    using _ = vi.spyOn(harness.services.projects, "complete").mockRejectedValueOnce(new Error("The table is away."));
    gate.open();
    await expect(slow).rejects.toThrow("The table is away.");
    expect(await harness.stored(tenant, id)).toEqual(["old text"]);

    await runJobOf(id, { taskId });

    expect(await harness.stored(tenant, id)).toEqual(["new text"]);
  });

  it("leave the new text in both indexes of a migration", async () => {
    const { id } = await create("old text");
    await runJobOf(id);
    const collections = await harness.services.collections();
    await updateProject(harness.services, { tenant, id }, { description: "middle text" });
    const gate = holdEmbeddingOf("middle text");
    const slow = runJobOf(id);
    await gate.arrived;
    const pointer = await harness.services.pointers.get(PROJECTS);
    const dimensions = pointer?.active.dimensions === 384 ? 768 : 384;
    await startMigration(collections, { collection: PROJECTS, model: { ...collections.model, dimensions } });
    await updateProject(harness.services, { tenant, id }, { description: "new text" });
    await runJobOf(id);

    gate.open();
    await slow;

    expect(await harness.stored(tenant, id)).toEqual(["new text", "new text"]);
    await abandonMigration(collections, PROJECTS);
  });

  it("leave no vector when the project was deleted meanwhile", async () => {
    const { id } = await create("old text");
    const gate = holdEmbeddingOf("old text");
    const slow = runJobOf(id);
    await gate.arrived;
    await deleteProject(harness.services, { tenant, id });
    await runJobOf(id);

    gate.open();
    await slow;

    expect((await harness.stored(tenant, id))[0]).toBeUndefined();
    expect(await statusOf(id)).toBe("deleted");
  });

  it("keep the vector of a project that came back while its old one was being deleted", async () => {
    const id = "4711";
    const content = (description: string) => ({ description, metadata: {} });
    await runEmbeddingJob(
      harness.services,
      { project_id: id, content: content("old text") },
      await harness.job(tenant),
    );
    const gate = new Gate();
    harness.beforeRemoval = () => gate.pass();
    const removing = runEmbeddingJob(
      harness.services,
      { project_id: id, content: undefined },
      await harness.job(tenant),
    );
    await gate.arrived;
    await runEmbeddingJob(
      harness.services,
      { project_id: id, content: content("new text") },
      await harness.job(tenant),
    );

    gate.open();
    await removing;

    expect((await harness.stored(tenant, id))[0]).toBe("new text");
    expect(await statusOf(id)).toBe("completed");
  });
});

describe("a job that comes late", () => {
  const content = { description: "late text", metadata: {} };

  it("does not bring back what a job submitted after it has changed", async () => {
    const late = await harness.job(tenant);
    const newer = { description: "newer text", metadata: {} };
    await runEmbeddingJob(harness.services, { project_id: "1", content: newer }, await harness.job(tenant));

    await runEmbeddingJob(harness.services, { project_id: "1", content }, late);

    expect((await harness.stored(tenant, "1"))[0]).toBe("newer text");
  });

  it("does not bring back a project that was deleted after it was submitted", async () => {
    const late = await harness.job(tenant);
    await runEmbeddingJob(harness.services, { project_id: "1", content: undefined }, await harness.job(tenant));

    await runEmbeddingJob(harness.services, { project_id: "1", content }, late);

    expect((await harness.stored(tenant, "1"))[0]).toBeUndefined();
    expect(await statusOf("1")).toBe("deleted");
  });
});

describe("the embedder", () => {
  it("is not asked for a change of metadata, which reaches the vector all the same", async () => {
    const { id } = await create("some text");
    await runJobOf(id);
    harness.embedded.length = 0;

    await updateProject(harness.services, { tenant, id }, { metadata: { year: 2026 } });
    await runJobOf(id);

    expect(harness.embedded).toEqual([]);
    const { store } = await harness.services.collections();
    const active = (await harness.services.pointers.get(PROJECTS))?.active.name ?? "";
    expect((await store.get(active, { tenant, ids: [id] }))[0]?.metadata).toEqual({ year: 2026, text: "some text" });
  });

  it("is asked for a change of metadata when the vector is lost", async () => {
    const { id } = await create("some text");
    await runJobOf(id);
    const { store } = await harness.services.collections();
    const active = (await harness.services.pointers.get(PROJECTS))?.active.name ?? "";
    await store.delete(active, { tenant, ids: [id] });

    await updateProject(harness.services, { tenant, id }, { metadata: { year: 2026 } });
    await runJobOf(id);

    expect((await harness.stored(tenant, id))[0]).toBe("some text");
  });

  it("is asked again by a job that was submitted by itself, and once only when that job is tried again", async () => {
    const content = { description: "some text", metadata: {} };
    const regenerate = async () => {
      const context = await harness.job(tenant);
      return () => runEmbeddingJob(harness.services, { project_id: "1", content }, context);
    };
    await (await regenerate())();
    const again = await regenerate();

    await again();
    await again();

    expect(harness.embedded).toEqual([["some text"], ["some text"]]);
  });
});

describe("a failure", () => {
  it("that may pass is thrown, so that the job is tried again, and a batch then embeds what is left", async () => {
    const items = Array.from({ length: 50 }, (_, n) => ({
      project_id: `p${n}`,
      description: `text number ${n}`,
      metadata: {},
    }));
    const context = await harness.job(tenant);
    harness.beforeEmbedding = (texts) => {
      if (texts.includes("text number 45")) throw new ConnectionError("The embedding server is away.");
    };
    await expect(runEmbeddingBatch(harness.services, { items }, context)).rejects.toThrow(ConnectionError);
    expect(await statusOf("p0")).toBe("completed");
    expect(await statusOf("p45")).toBe("pending");
    harness.reset();

    const result = await runEmbeddingBatch(harness.services, { items }, context);

    expect(result).toMatchObject({ status: "success", succeeded: 50, failed: 0, groups: 5 });
    expect(new Set(harness.embedded.flat())).toEqual(new Set(items.slice(40).map((item) => item.description)));
  });

  it("for good marks the project, until a change is embedded", async () => {
    const { id, task_id } = await create("some text");
    const error = { type: "LLMClientError", message: "The text is refused.", retryable: false };

    await failEmbeddingJob(harness.services, { ids: [id], error }, await harness.job(tenant, { taskId: task_id }));
    expect(await harness.services.projects.get({ tenant, id })).toMatchObject({ status: "failed", error });

    const change = await updateProject(harness.services, { tenant, id }, { description: "some text" });
    expect(change).toMatchObject({ status: "pending", changed: true });
    await runJobOf(id);
    expect(await harness.services.projects.get({ tenant, id })).not.toHaveProperty("error");
    expect(await statusOf(id)).toBe("completed");
  });

  it("of an older job does not mark a project that has another job by now", async () => {
    const { id, task_id } = await create("some text");
    await updateProject(harness.services, { tenant, id }, { description: "other text" });

    const error = { type: "LLMClientError", message: "The text is refused.", retryable: false };
    await failEmbeddingJob(harness.services, { ids: [id], error }, await harness.job(tenant, { taskId: task_id }));

    expect(await statusOf(id)).toBe("pending");
  });
});

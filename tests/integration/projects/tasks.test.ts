/**
 * The tasks of the embedding queue, submitted by themselves, on the embedded stack.
 *
 * @module
 */

import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { batchAcceptedSchema } from "../../../contracts/jobs/batches.ts";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { batchGenerateEmbeddings } from "../../../contracts/tasks/batch-generate-embeddings.ts";
import { reindexEmbeddings } from "../../../contracts/tasks/reindex-embeddings.ts";
import { ProjectClient } from "../../helpers/project-client.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

let stack: TestStack;
let client: ProjectClient;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack[Symbol.asyncDispose]());
beforeEach(async () => {
  client = await ProjectClient.open(stack);
});

const subjects = ["leaking water pipes", "invoices of suppliers", "solar panels on roofs", "shifts in hospitals"];
const numbered = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    project_id: `p${n}`,
    description: `Project number ${n} about ${subjects[n % 4]}.`,
    metadata: { n, subject: subjects[n % 4] ?? "" },
  }));

describe("generate_project_embedding", () => {
  it("makes a project of the caller's own id, and changes it when submitted again", async () => {
    await client.run("generate_project_embedding", { project_id: "4711", description: "Solar panels on roofs" });
    expect(await client.find("solar roofs")).toEqual(["4711"]);

    const job = await client.run("generate_project_embedding", {
      project_id: "4711",
      description: "A choir of nurses",
      metadata: { size: 12 },
    });

    expect(job.result).toEqual({ status: "success", project_id: "4711", duration_ms: expect.any(Number) });
    expect(await client.get("4711")).toMatchObject({ description: "A choir of nurses", task_id: job.task_id });
    expect(await client.search("choir of nurses")).toMatchObject([{ project_id: "4711", metadata: { size: 12 } }]);
  });

  it("is refused without a description or with an id that is none", async () => {
    for (const input of [{ project_id: "1" }, { project_id: "a/b", description: "x" }]) {
      expect((await client.send("POST", "/tasks/generate_project_embedding", { input })).status).toBe(422);
    }
  });

  it("runs once however often its message is delivered", async () => {
    const { id, task_id } = await client.create({ description: "Solar panels on roofs" });
    const sqs = new SQSClient(stack.stack.endpoints.sqs);
    const [queue] = stack.stack
      .resources("AWS::SQS::Queue")
      .filter((each) => each.attribute("QueueName") === "sluice-local-embedding-high");
    const MessageBody = JSON.stringify({ v: 1, task_id, generation: 1, trace_id: "duplicate" });
    await Promise.all(
      Array.from({ length: 5 }, () => sqs.send(new SendMessageCommand({ QueueUrl: queue?.ref, MessageBody }))),
    );
    sqs.destroy();

    expect(await stack.waitFor(task_id)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    // Whatever came twice has been through the queue before this one.
    await client.run("generate_project_embedding", { project_id: "after", description: "Solar cells" });
    expect(await stack.job(task_id)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    expect((await client.find("solar")).toSorted()).toEqual(["after", id].toSorted());
  });
});

describe("batch_generate_embeddings", () => {
  it("says for each item how it went, and one that is bad fails alone", async () => {
    const items = [
      ...numbered(23),
      { project_id: "blank", description: " " },
      { project_id: "nested", description: "Fine", metadata: { owner: { name: "x" } } },
      { project_id: "bad/id", description: "Fine" },
    ];

    const job = await client.run("batch_generate_embeddings", { items });

    const result = batchGenerateEmbeddings.output.parse(job.result);
    expect(result).toMatchObject({ status: "partial", total: 26, succeeded: 23, failed: 3, groups: 3 });
    expect(result.results.map((each) => each.project_id)).toEqual(items.map((each) => each.project_id));
    expect(result.results.filter((each) => each.status === "failed")).toMatchObject([
      { project_id: "blank", error: { type: "InvalidInputError", message: expect.stringContaining("/description") } },
      {
        project_id: "nested",
        error: { type: "InvalidInputError", message: expect.stringContaining("/metadata/owner") },
      },
      { project_id: "bad/id", error: { type: "InvalidInputError", message: expect.stringContaining("/project_id") } },
    ]);
    expect(job.progress).toMatchObject({ current: 26, total: 26 });
    const found = await client.search("solar roofs", { top_k: 100, filter: { subject: "solar panels on roofs" } });
    expect(found).toHaveLength(numbered(23).filter((each) => each.metadata.subject.startsWith("solar")).length);
    expect(await client.get("p7")).toMatchObject({ status: "completed", task_id: job.task_id });
  });

  it("leaves the last of two items with one id", async () => {
    const items = [...numbered(12), { project_id: "p0", description: "A choir of nurses" }];

    const job = await client.run("batch_generate_embeddings", { items });

    expect(job.result).toMatchObject({ status: "success", total: 13, succeeded: 13 });
    expect((await client.find("choir of nurses"))[0]).toBe("p0");
    expect((await client.list("?limit=100")).projects).toHaveLength(12);
  });

  it("is refused as a whole when it is not a list of items", async () => {
    for (const input of [{ items: [] }, { items: [{ description: "x" }] }, { projects: numbered(2) }]) {
      expect((await client.send("POST", "/tasks/batch_generate_embeddings", { input })).status).toBe(422);
    }
  });

  it("can be spread over workers as a batch of jobs", async () => {
    const inputs = [numbered(20).slice(0, 10), numbered(20).slice(10)].map((items) => ({ items }));

    const response = await client.send("POST", "/batches", { task_name: "batch_generate_embeddings", inputs });

    expect(response.status).toBe(202);
    const jobs = batchAcceptedSchema.parse(await response.json()).task_ids;
    const done = await Promise.all(jobs.map((taskId) => stack.waitFor(taskId)));
    expect(done.map((job) => job.result)).toMatchObject([{ succeeded: 10 }, { succeeded: 10 }]);
  });
});

describe("reindex_embeddings", () => {
  const reindex = async (input: unknown) => {
    const job = await stack.waitFor(await stack.submit("reindex_embeddings", input));
    expect(job).toMatchObject({ status: "SUCCESS", error: null });
    return reindexEmbeddings.output.parse(job.result);
  };

  it("moves all projects from 384 to 768 dimensions while they are searched, changed and deleted", async () => {
    await client.run("batch_generate_embeddings", { items: numbered(400) });
    let isRunning = true;
    let searches = 0;
    const searching = (async () => {
      while (isRunning) {
        const found = await client.search("solar panels on roofs", { top_k: 5 });
        expect(found.map((match) => match.metadata.subject)).toEqual(Array(5).fill("solar panels on roofs"));
        searches += 1;
      }
    })();
    const writing = (async () => {
      for (let n = 0; n < 20; n++) {
        await client.update(`p${n}`, { description: `Choir ${n} of nurses` });
        await client.remove(`p${380 + n}`);
      }
    })();

    const result = await reindex({ dimensions: 768 });

    isRunning = false;
    await Promise.all([searching, writing]);
    expect(searches).toBeGreaterThan(0);
    expect(result).toMatchObject({
      status: "migrated",
      from: { model: "hash-v1", dimensions: 384 },
      to: { model: "hash-v1", dimensions: 768 },
      failed: 0,
    });
    expect(await client.get("p50")).toMatchObject({ model: "hash-v1", dimensions: 768 });
    await eventuallySettled();
    const choirs = await client.find("choir of nurses", { top_k: 20 });
    expect(choirs.toSorted()).toEqual(
      numbered(20)
        .map((each) => each.project_id)
        .toSorted(),
    );
    const left = await client.find("project", { top_k: 100, filter: { n: { gte: 380 } } });
    expect(left).toEqual([]);
    expect(await client.find("project", { top_k: 100, filter: { n: { gte: 300 } } })).toHaveLength(80);
  });

  it("has nothing to do when the collection has the model already", async () => {
    await client.run("generate_project_embedding", { project_id: "1", description: "Solar panels" });
    const { dimensions } = await client.get("1");

    expect(await reindex({ dimensions })).toMatchObject({ status: "unchanged", copied: 0 });
  });

  it("needs an admin key, because it touches every tenant's vectors", async () => {
    const response = await client.send("POST", "/tasks/reindex_embeddings", { input: {} });
    const batch = await client.send("POST", "/batches", { task_name: "reindex_embeddings", inputs: [{}] });

    expect([response.status, batch.status]).toEqual([403, 403]);
  });

  /** Waits until every project that was changed is embedded. */
  async function eventuallySettled(): Promise<void> {
    const { projects } = await client.list("?limit=100");
    const { jobs } = jobListSchema.parse(await (await client.send("GET", "/jobs?limit=100")).json());
    const open = [...projects.filter((each) => each.status === "pending").map((each) => each.task_id)];
    for (const taskId of [...open, ...jobs.filter((job) => !job.ready).map((job) => job.task_id)]) {
      await stack.waitFor(taskId);
    }
  }
});

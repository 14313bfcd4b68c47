/**
 * Projects on the embedded stack with an embedding server that speaks OpenAI's protocol over HTTP, and fails at times.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { problemSchema } from "../../../contracts/problem.ts";
import { openaiFailure, startEmbeddingServer } from "../../helpers/embedding-server.ts";
import { eventually } from "../../helpers/eventually.ts";
import type { JsonServer } from "../../helpers/json-server.ts";
import { ProjectClient } from "../../helpers/project-client.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

let server: JsonServer;
let stack: TestStack;
let client: ProjectClient;
beforeAll(async () => {
  server = await startEmbeddingServer({
    dimensions: 384,
    refuse: (text) => text.includes("unlucky"),
    tooLong: (text) => text.includes("endless"),
  });
  stack = await startTestStack({
    env: {
      EMBEDDING_BACKEND: "openai-compatible",
      EMBEDDING_SERVER_URL: `${server.url}/v1`,
      EMBEDDING_MODEL: "bge-small",
    },
    timeScale: 60,
  });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  client = await ProjectClient.open(stack);
});

const requestSchema = z.object({ input: z.array(z.string()) });
/** Texts of every call since a moment. */
const callsSince = (start: number) => server.requests.slice(start).map((call) => requestSchema.parse(call.body).input);
const unavailable = openaiFailure(503, "loading model");

describe("the embedding server", () => {
  it("is asked once for a project and once for a search, and not at all for a change of metadata", async () => {
    const start = server.requests.length;
    const id = await client.add({ name: "Roofs", description: "Solar panels on roofs", metadata: { year: 1 } });
    expect(callsSince(start)).toEqual([["Roofs\n\nSolar panels on roofs"]]);
    expect(await client.get(id)).toMatchObject({ model: "bge-small", dimensions: 384 });

    const { task_id } = await client.update(id, { metadata: { year: 2 } });
    expect(await stack.waitFor(task_id)).toMatchObject({ status: "SUCCESS" });
    expect(callsSince(start)).toHaveLength(1);

    expect(await client.search("solar", { filter: { year: 2 } })).toMatchObject([{ project_id: id }]);
    expect(callsSince(start).slice(1)).toEqual([["solar"]]);
  });

  it("makes a search by meaning, which has no notice", async () => {
    await client.add({ description: "Sensors listen to water pipes." });

    const answer = await (await client.send("POST", "/projects/search", { query: "water" })).json();

    expect(answer).toEqual({ matches: [expect.anything()] });
  });

  it("gets the items of a batch in groups of 10", async () => {
    const start = server.requests.length;
    const items = Array.from({ length: 25 }, (_, n) => ({ project_id: `p${n}`, description: `text number ${n}` }));

    const job = await client.run("batch_generate_embeddings", { items });

    expect(job.result).toMatchObject({ status: "success", succeeded: 25, groups: 3 });
    const calls = callsSince(start);
    expect(calls.map((texts) => texts.length).toSorted((a, b) => a - b)).toEqual([5, 10, 10]);
    expect(calls.flat().toSorted()).toEqual(items.map((item) => item.description).toSorted());
  });
});

describe("when the embedding server", () => {
  it("is away, the job is tried again and the project stays pending until it is embedded", async () => {
    server.failNext(unavailable);

    const { id, task_id } = await client.create({ description: "Solar panels" });

    const waiting = await stack.waitFor(task_id, (job) => job.status === "RETRY");
    expect(waiting.error).toMatchObject({ type: "LLMServerError", retryable: true });
    expect(await client.get(id)).toMatchObject({ status: "pending", error: null, embedded_at: null, model: null });
    expect(await stack.waitFor(task_id)).toMatchObject({ status: "SUCCESS", attempts: 2 });
    expect(await client.get(id)).toMatchObject({ status: "completed" });
  });

  it("refuses a text for good, the project has failed, and says why", async () => {
    server.failNext(openaiFailure(400, "the text is not allowed"));

    const { id, task_id } = await client.create({ description: "Solar panels" });

    expect(await stack.waitFor(task_id)).toMatchObject({ status: "FAILURE", attempts: 1 });
    const failed = await eventually("the project has failed", async () => {
      const project = await client.get(id);
      return project.status === "failed" && project;
    });
    expect(failed.error).toMatchObject({ type: "LLMClientError", message: expect.stringContaining("not allowed") });
    expect(await client.find("solar")).toEqual([]);

    const { task_id: again } = await client.update(id, { description: "Solar panels" });
    expect(await stack.waitFor(again)).toMatchObject({ status: "SUCCESS" });
    expect(await client.get(id)).toMatchObject({ status: "completed", error: null });
  });

  it("is away for a search, the caller is told to come back", async () => {
    await client.add({ description: "Solar panels" });
    server.failNext(unavailable);

    const response = await client.send("POST", "/projects/search", { query: "solar" });

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(problemSchema.parse(await response.json()).type).toBe("/problems/unavailable");
    expect(await client.find("solar")).toHaveLength(1);
  });

  it("cannot take one text of a group, the others are embedded and the job is tried again for that one", async () => {
    const items = [
      { project_id: "fine", description: "Solar panels" },
      { project_id: "unlucky", description: "This text is unlucky" },
    ];

    const accepted = await client.send("POST", "/tasks/batch_generate_embeddings", { input: { items } });
    const { task_id } = z.object({ task_id: z.string() }).parse(await accepted.json());

    await stack.waitFor(task_id, (job) => job.status === "RETRY");
    expect(await client.get("fine")).toMatchObject({ status: "completed" });
    const start = server.requests.length;
    await stack.waitFor(task_id, (job) => job.attempts >= 3);
    expect(callsSince(start).flat()).not.toContain("Solar panels");
    expect((await client.send("POST", `/jobs/${task_id}/revoke`, {})).status).toBe(200);
  });

  it("finds one text of a group too long, the others are embedded and that one is not tried again", async () => {
    const items = [
      { project_id: "short", description: "Wind turbines" },
      { project_id: "endless", description: "This text is endless" },
    ];

    const accepted = await client.send("POST", "/tasks/batch_generate_embeddings", { input: { items } });
    const { task_id } = z.object({ task_id: z.string() }).parse(await accepted.json());

    const job = await stack.waitFor(task_id);
    expect(job).toMatchObject({ status: "SUCCESS", attempts: 1 });
    expect(await client.get("short")).toMatchObject({ status: "completed" });
    expect(await client.get("endless")).toMatchObject({ status: "failed", error: { type: "TextTooLongError" } });
  });
});

/**
 * Projects over HTTP on the embedded stack, each test as a tenant of its own.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

const leaks = {
  name: "Leak finder",
  description: "Sensors listen to water pipes in the city and report where they leak.",
  metadata: { year: 2024, tags: ["water", "sensors"], active: true },
};
const invoices = { description: "Software that reads invoices of suppliers and books them.", metadata: { year: 2021 } };

describe("a new project", () => {
  it("is accepted as pending with its job, and completed by it", async () => {
    const accepted = await client.create(leaks);

    expect(accepted.status).toBe("pending");
    expect(await stack.waitFor(accepted.task_id)).toMatchObject({
      status: "SUCCESS",
      task_name: "generate_project_embedding",
      result: { status: "success", project_id: accepted.id },
    });
    expect(await client.get(accepted.id)).toMatchObject({
      ...leaks,
      id: accepted.id,
      status: "completed",
      error: null,
      task_id: accepted.task_id,
      model: "hash-v1",
      dimensions: 384,
      embedded_at: expect.any(String),
    });
  });

  it("is made once for one Idempotency-Key, and refused for another content", async () => {
    const key = { "idempotency-key": "order-17" };
    const first = await client.create(leaks, key);
    await stack.waitFor(first.task_id);

    expect(await client.create(leaks, key)).toMatchObject({ id: first.id, task_id: first.task_id });
    expect((await client.sendWith(key, { method: "POST", path: "/projects", body: invoices })).status).toBe(409);
    expect((await client.list()).projects).toHaveLength(1);
    expect(await client.tasks()).toEqual(["generate_project_embedding"]);
  });

  it.each([
    ["no description", {}, "/description"],
    ["a description without a word", { description: "  --- " }, "/description"],
    ["a description of more than 30 KB", { description: "word ".repeat(7_000) }, "/description"],
    ["nested metadata", { ...invoices, metadata: { owner: { name: "x" } } }, "/metadata/owner"],
    ["metadata of more than 2 KB", { ...invoices, metadata: { note: "x".repeat(2_000) } }, "/metadata"],
    ["the key text in metadata", { ...invoices, metadata: { text: "x" } }, "/metadata"],
    ["an unknown field", { ...invoices, owner: "x" }, "/owner"],
  ])("is refused with %s", async (_, body, path) => {
    const response = await client.send("POST", "/projects", body);

    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ path }] });
  });
});

describe("a change", () => {
  it("of the text is embedded, and found instead of the old one", async () => {
    const id = await client.add(leaks);
    const other = await client.add(invoices);

    const { task_id } = await client.update(id, { name: null, description: "A choir for hospital staff." });

    expect(await stack.waitFor(task_id)).toMatchObject({
      status: "SUCCESS",
      task_name: "regenerate_project_embedding",
    });
    expect(await client.get(id)).toMatchObject({ name: null, status: "completed", task_id, metadata: leaks.metadata });
    expect((await client.find("hospital choir"))[0]).toBe(id);
    const [first, second] = await client.search("leaking water pipes");
    expect([first?.project_id, second?.project_id].sort()).toEqual([id, other].sort());
    expect(first?.score).toBeLessThan(0.2);
  });

  it("of nothing queues no job and says that all is done", async () => {
    const id = await client.add(leaks);
    const before = await client.get(id);

    const answer = await client.update(id, leaks, 200);

    expect(answer).toEqual({ id, status: "completed", task_id: before.task_id });
    expect(await client.get(id)).toEqual(before);
    expect(await client.tasks()).toEqual(["generate_project_embedding"]);
  });

  it("of metadata alone reaches filters", async () => {
    const id = await client.add(leaks);

    const { task_id } = await client.update(id, { metadata: { year: 2026 } });
    await stack.waitFor(task_id);

    expect(await client.search("leaks", { filter: { year: 2026 } })).toMatchObject([
      { project_id: id, metadata: { year: 2026 } },
    ]);
    expect(await client.find("leaks", { filter: { year: 2024 } })).toEqual([]);
  });

  it("of nothing at all, or of a missing project, is refused", async () => {
    expect((await client.send("PUT", `/projects/${randomUUID()}`, leaks)).status).toBe(404);
    expect((await client.send("PUT", `/projects/${await client.add(leaks)}`, {})).status).toBe(422);
  });
});

it("metadata may have any key that JSON can have and the stores take", async () => {
  const metadata = { constructor: "Porsche", toString: "x", "k-1": -0.5 };

  const id = await client.add({ ...leaks, metadata });

  expect(await client.get(id)).toMatchObject({ status: "completed", metadata });
  expect(await client.find("leaks", { filter: { constructor: "Porsche" } })).toHaveLength(1);
});

describe("deleting", () => {
  it("takes the project at once and its vector by a job", async () => {
    const id = await client.add(leaks);

    const { task_id } = await client.remove(id);

    expect((await client.send("GET", `/projects/${id}`)).status).toBe(404);
    expect(await stack.waitFor(task_id)).toMatchObject({ status: "SUCCESS", task_name: "delete_project_embedding" });
    expect(await client.find("leaks")).toEqual([]);
    expect((await client.list()).projects).toEqual([]);
    expect((await client.send("DELETE", `/projects/${id}`)).status).toBe(404);
  });

  it("a missing project is refused, a missing vector is success", async () => {
    expect((await client.send("DELETE", `/projects/${randomUUID()}`)).status).toBe(404);

    expect(await client.run("delete_project_embedding", { project_id: "42" })).toMatchObject({
      status: "SUCCESS",
      result: { status: "success", project_id: "42" },
    });
  });
});

describe("a search", () => {
  it("gives the nearest projects with scores and metadata, best first", async () => {
    const leak = await client.add(leaks);
    const invoice = await client.add(invoices);

    const matches = await client.search("Where do the water pipes leak?");

    expect(matches.map((match) => match.project_id)).toEqual([leak, invoice]);
    expect(matches[0]).toEqual({ project_id: leak, score: expect.any(Number), metadata: leaks.metadata });
    expect(matches[0]?.score).toBeGreaterThan(matches[1]?.score ?? 1);
    expect(await client.find("water", { top_k: 1 })).toEqual([leak]);
  });

  it("says that it is one by words where no model made the vectors", async () => {
    await client.add(leaks);

    const answer = await (await client.send("POST", "/projects/search", { query: "water" })).json();

    expect(answer).toMatchObject({ notice: expect.stringContaining("by words") });
    expect(answer).toMatchObject({ notice: expect.stringContaining("EMBEDDING_BACKEND") });
  });

  it("is narrowed by every condition of its filter", async () => {
    const leak = await client.add(leaks);
    const invoice = await client.add(invoices);
    const find = (filter: unknown) => client.find("software for the city", { filter });

    expect(await find({ tags: "water", active: true })).toEqual([leak]);
    expect(await find({ year: { lt: 2022 } })).toEqual([invoice]);
    expect(await find({ year: { in: [2021, 2024] }, tags: "music" })).toEqual([]);
  });

  it("finds nothing before there is anything", async () => {
    expect(await client.find("anything")).toEqual([]);
  });

  it.each([
    ["no query", {}, "/query"],
    ["a query without a word", { query: "?!" }, "/query"],
    ["too many matches asked for", { query: "x", top_k: 101 }, "/top_k"],
    ["a filter on the text", { query: "x", filter: { text: "x" } }, "/filter/text"],
  ])("is refused with %s", async (_, body, path) => {
    const response = await client.send("POST", "/projects/search", body);

    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ path }] });
  });
});

describe("two tenants", () => {
  it("see, change, delete and find their own projects alone", async () => {
    const other = await ProjectClient.open(stack);
    const own = await client.add(leaks);

    for (const [method, body] of [["GET"], ["PUT", invoices], ["DELETE"]] as const) {
      expect((await other.send(method, `/projects/${own}`, body)).status, method).toBe(404);
    }
    expect(await other.find("leaks")).toEqual([]);
    expect((await other.list()).projects).toEqual([]);
    expect(await client.find("leaks")).toEqual([own]);
  });

  it("may use the same id for different projects", async () => {
    const other = await ProjectClient.open(stack);
    await client.run("generate_project_embedding", { project_id: "42", description: leaks.description });
    await other.run("generate_project_embedding", { project_id: "42", description: invoices.description });

    expect((await client.get("42")).description).toBe(leaks.description);
    expect((await other.get("42")).description).toBe(invoices.description);
    const [own] = await client.search("leaking water pipes");
    const [theirs] = await other.search("leaking water pipes");
    expect(own?.score).toBeGreaterThan((theirs?.score ?? 1) + 0.1);
    await stack.waitFor((await other.remove("42")).task_id);
    expect(await client.find("leaks")).toEqual(["42"]);
  });

  it("are reached by an admin key that names one", async () => {
    const id = await client.add(leaks);
    const tenant = (await stack.job((await client.get(id)).task_id)).project_id;

    expect((await stack.request(`/projects/${id}`)).status).toBe(404);
    expect((await stack.request(`/projects/${id}?project_id=${tenant}`)).status).toBe(200);
    expect((await client.send("GET", `/projects/${id}?project_id=default`)).status).toBe(403);
  });
});

it("a list has a tenant's projects, newest first, page by page", async () => {
  const ids: string[] = [];
  for (const year of [1, 2, 3]) ids.unshift((await client.create({ ...invoices, metadata: { year } })).id);

  const first = await client.list("?limit=2");
  const second = await client.list(`?limit=2&cursor=${first.next_cursor}`);

  expect([...first.projects, ...second.projects].map((project) => project.id)).toEqual(ids);
  expect(second.next_cursor).toBeNull();
  expect((await client.send("GET", "/projects?cursor=nonsense")).status).toBe(422);
});

it("a key that may only read can search and not write", async () => {
  const reader = await ProjectClient.open(stack, { scopes: ["read"] });

  expect(await reader.find("anything")).toEqual([]);
  for (const [method, path, body] of [
    ["POST", "/projects", leaks],
    ["PUT", "/projects/1", leaks],
    ["DELETE", "/projects/1"],
  ] as const) {
    expect((await reader.send(method, path, body)).status).toBe(403);
  }
});

import { expect, test } from "vitest";
import { DIRECT_UPLOAD_BYTES } from "../../../client/documents.ts";
import { type Client, createClient, SluiceError, UnreachableError } from "../../../client/index.ts";
import { closedPort, startJsonServer } from "../../helpers/json-server.ts";
import { job } from "../../helpers/wire-job.ts";

const accepted = {
  task_id: "id-1",
  status: "PENDING",
  links: { self: "/api/v1/jobs/id-1", result: "/api/v1/jobs/id-1/result", events: "/api/v1/jobs/id-1/events" },
};
const problem = {
  type: "/problems/validation",
  title: "Invalid request",
  status: 422,
  detail: "/input/max_length: Too small",
  errors: [{ path: "/input/max_length", message: "Too small" }],
};

test("sends the key, the body and the query, and encodes what stands in a path", async () => {
  await using server = await startJsonServer(() => ({ status: 200, body: job() }));
  const client = createClient({ url: `${server.url}/`, apiKey: "slc_secret" });

  await client.jobs.get("a/b c");
  await client.jobs.list({ status: "FAILURE", limit: 5, cursor: undefined });

  const [get, list] = server.requests;
  expect(get).toMatchObject({ method: "GET", path: "/api/v1/jobs/a%2Fb%20c" });
  expect(get?.headers.authorization).toBe("Bearer slc_secret");
  expect(Object.fromEntries(list?.query ?? [])).toEqual({ status: "FAILURE", limit: "5" });
});

test("submits with a generated idempotency key that stays the same when it has to try again", async () => {
  await using server = await startJsonServer(() => ({ status: 202, body: accepted }));
  server.failNext({ status: 503, body: { message: "Service Unavailable" } }, { status: 200, body: null, cut: true });
  const client = createClient({ url: server.url });

  const submitted = await client.submit("summarize", { text: "Water flows." }, { priority: 1, project_id: "shop" });

  expect(submitted).toEqual({ ...accepted, task_name: "summarize" });
  const keys = server.requests.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(server.requests[2]).toMatchObject({
    path: "/api/v1/tasks/summarize",
    body: { input: { text: "Water flows." }, priority: 1 },
  });
  expect(server.requests[2]?.query.get("project_id")).toBe("shop");
});

test("waits as long as Retry-After asks before it reads again", async () => {
  await using server = await startJsonServer(() => ({ status: 200, body: job() }));
  server.failNext({ status: 429, body: {}, headers: { "retry-after": "1" } });
  const began = performance.now();

  await createClient({ url: server.url }).jobs.get("id");

  expect(performance.now() - began).toBeGreaterThanOrEqual(1_000);
  expect(server.requests).toHaveLength(2);
});

test("gives up at once when Retry-After asks for longer than a caller would wait", async () => {
  await using server = await startJsonServer(() => ({ status: 429, body: {}, headers: { "retry-after": "600" } }));

  const error = await createClient({ url: server.url })
    .jobs.get("id")
    .catch((caught: unknown) => caught);

  expect(error).toMatchObject({ status: 429, retryAfterSeconds: 600 });
  expect(server.requests).toHaveLength(1);
});

test.each<[string, (client: Client) => Promise<unknown>]>([
  ["an upload", (client) => client.documents.upload(new TextEncoder().encode("1"), { file_name: "a.txt" })],
  ["a search", (client) => client.documents.search({ query: "water" })],
  ["a search of projects", (client) => client.projects.search({ query: "water" })],
  ["reading states", (client) => client.jobs.status(["id"])],
  ["revoking a job", (client) => client.jobs.revoke("id")],
  ["cancelling a batch", (client) => client.batches.cancel("id")],
])("repeats %s, which does the same again", async (_, call) => {
  await using server = await startJsonServer(() => ({ status: 200, body: {} }));
  server.failNext({ status: 503, body: {} }, { status: 200, body: null, cut: true });

  await call(createClient({ url: server.url }));

  expect(server.requests).toHaveLength(3);
  expect(new Set(server.requests.map(({ path }) => path)).size).toBe(1);
});

test("posts the form of a large file again", async () => {
  const upload = { url: "https://bucket.example/", fields: { key: "uploads/d" } };
  const forms: unknown[] = [];
  const client = createClient({
    url: "https://api.example",
    fetch: async (url, { body }) => {
      if (!url.startsWith(upload.url)) return Response.json({ id: "d", status: "pending", task_id: "t", upload });
      forms.push(body instanceof FormData && body.get("key"));
      return new Response(null, { status: forms.length === 1 ? 503 : 204 });
    },
  });

  await client.documents.upload(new Uint8Array(DIRECT_UPLOAD_BYTES + 1), { file_name: "a.pdf" });

  expect(forms).toEqual(["uploads/d", "uploads/d"]);
});

test("does not repeat what is not safe to repeat", async () => {
  await using server = await startJsonServer(() => ({ status: 503, body: {} }));

  await expect(createClient({ url: server.url }).keys.create({ name: "ci" })).rejects.toMatchObject({ status: 503 });

  expect(server.requests).toHaveLength(1);
});

test("throws the problem details that the API answers", async () => {
  await using server = await startJsonServer(() => ({ status: 422, body: problem }));

  const error = await createClient({ url: server.url })
    .submit("summarize", { text: "x", max_length: 1 })
    .catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(SluiceError);
  expect(error).toMatchObject({ message: problem.detail, status: 422, problem });
  expect(server.requests).toHaveLength(1);
});

test.each([
  [401, "The API asks for a key, and none was given."],
  [403, "The API does not know this key."],
  [404, "Not Found"],
])("explains the gateway's own %i", async (status, message) => {
  await using server = await startJsonServer(() => ({ status, body: { message: "Not Found" } }));

  await expect(createClient({ url: server.url }).jobs.get("id")).rejects.toMatchObject({
    status,
    message,
    problem: { status, detail: message },
  });
});

test("says that nothing answers, after it has tried again", async () => {
  const url = await closedPort();
  let calls = 0;
  const counting = (...args: Parameters<typeof fetch>) => {
    calls += 1;
    return fetch(...args);
  };

  const error = await createClient({ url, retries: 1, fetch: counting })
    .jobs.get("id")
    .catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(UnreachableError);
  expect(String(error)).toContain("ECONNREFUSED");
  expect(calls).toBe(2);
});

test("ends with the signal's reason", async () => {
  await using server = await startJsonServer(() => ({ status: 503, body: {}, headers: { "retry-after": "20" } }));
  const reason = new Error("the user left");

  const call = createClient({ url: server.url }).call("GET /api/v1/jobs/{task_id}", {
    params: { task_id: "id" },
    signal: AbortSignal.any([AbortSignal.timeout(60_000), abortAfter(50, reason)]),
  });

  await expect(call).rejects.toBe(reason);
});

function abortAfter(milliseconds: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), milliseconds);
  return controller.signal;
}

test("uploads a list of inputs that is too large for a request by its bytes, though not by its letters", async () => {
  await using server = await startJsonServer(() => ({ status: 422, body: problem }));
  const client = createClient({ url: server.url });
  const submit = (letter: string) =>
    client.batches.submit({ task_name: "summarize", inputs: [{ text: letter.repeat(2_000_000) }] }).catch(() => {});

  await submit("水");
  await submit("w");

  expect(server.requests.map(({ path }) => path)).toEqual(["/api/v1/batches/uploads", "/api/v1/batches"]);
});

test("retries by a filter with its project, and lists what a job has submitted", async () => {
  const retried = { retried: 1, skipped: 0, dry_run: false, sample: [], next_cursor: null };
  const children = { task_id: "a/b", jobs: [], batch_ids: ["b-1"], next_cursor: null };
  await using server = await startJsonServer(({ method }) => ({
    status: 200,
    body: method === "POST" ? retried : children,
  }));
  const { jobs } = createClient({ url: server.url });

  const filter = { task_name: "summarize", status: "REVOKED", cursor: "c" } as const;
  expect(await jobs.retryMany(filter, { project_id: "shop" })).toEqual(retried);
  expect(await jobs.children("a/b", { cursor: "c" })).toEqual(children);

  const [retry, list] = server.requests;
  expect(retry).toMatchObject({ method: "POST", path: "/api/v1/jobs/retry", body: filter });
  expect(retry?.query.get("project_id")).toBe("shop");
  expect(list).toMatchObject({ method: "GET", path: "/api/v1/jobs/a%2Fb/children" });
  expect(Object.fromEntries(list?.query ?? [])).toEqual({ cursor: "c" });
});

/**
 * What a web page of another origin may do, on the embedded stack.
 *
 * @module
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const app = "https://app.example.com";
let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ env: { SLUICE_CORS_ORIGINS: app } });
});
afterAll(() => stack[Symbol.asyncDispose]());

const preflight = (path: string, origin = app) =>
  fetch(`${stack.stack.url}${path}`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
  });

test("the question before a request needs no key, and is answered for the named origin alone", async () => {
  const answer = await preflight("/api/v1/tasks/health_check");

  expect(answer.status).toBe(204);
  expect(answer.headers.get("access-control-allow-origin")).toBe(app);
  expect(answer.headers.get("access-control-allow-headers")).toContain("authorization");
  expect(
    (await preflight("/api/v1/jobs", "https://evil.example")).headers.get("access-control-allow-origin"),
  ).toBeNull();
});

test("an answer and a refusal can be read by the page, with the headers that a client goes by", async () => {
  const job = await stack.request("/jobs/none", { headers: { origin: app } });
  const refused = await fetch(`${stack.stack.url}/api/v1/jobs`, { headers: { origin: app } });

  expect([job.status, refused.status]).toEqual([404, 401]);
  for (const { headers } of [job, refused]) expect(headers.get("access-control-allow-origin")).toBe(app);
  expect(job.headers.get("access-control-expose-headers")).toContain("retry-after");
});

test("OPTIONS without a key that asks for nothing gets no further than the list of methods", async () => {
  const answer = await fetch(`${stack.stack.url}/api/v1/jobs`, { method: "OPTIONS" });

  expect(answer.status).toBe(405);
  expect(answer.headers.get("allow")).toBe("GET, HEAD");
});

test("a form for a file can be sent from the page", async () => {
  const made = await stack.post("/documents", { file_name: "a.txt", size: 5 });
  const { upload } = (await made.json()) as { upload: { url: string; fields: Record<string, string> } };
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.set(name, value);
  form.set("file", new Blob(["hello"]));

  const sent = await fetch(upload.url, { method: "POST", body: form, headers: { origin: app } });
  const foreign = await fetch(upload.url, { method: "POST", body: form, headers: { origin: "https://evil.example" } });

  expect(sent.ok).toBe(true);
  expect(sent.headers.get("access-control-allow-origin")).toBe(app);
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
});

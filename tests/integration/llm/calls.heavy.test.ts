/**
 * Model calls by configs through the embedded stack, over HTTP: stored and inline configs, named providers, and what a
 * tenant cannot do with them.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { llmCallAcceptedSchema } from "../../../contracts/llm/call.ts";
import { configVersionSchema } from "../../../contracts/llm/configs.ts";
import { providerSchema } from "../../../contracts/llm/providers.ts";
import { problemSchema } from "../../../contracts/problem.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import {
  type ProviderServer,
  startAnthropicServer,
  startBedrockServer,
  startGoogleServer,
} from "../../helpers/provider-servers.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";
import { startWebhookReceiver } from "../../helpers/webhook-receiver.ts";

let stack: TestStack;
let chat: LlmServer;
let anthropic: ProviderServer;
let google: ProviderServer;
let bedrock: ProviderServer;
let shopKey = "";

/** With the key of the project `shop`, which is not an admin's. */
const asShop = (method: string, path: string, body?: unknown) =>
  stack.request(path, {
    method,
    headers: { authorization: `Bearer ${shopKey}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const put = async (name: string, body: unknown) => {
  const headers = { "content-type": "application/json" };
  return await stack.request(`/llm/providers/${name}`, { method: "PUT", headers, body: JSON.stringify(body) });
};
const call = async (config: unknown, query = "What happened?", more = {}) => {
  const response = await asShop("POST", "/llm/call", { config, query, ...more });
  const text = await response.text();
  if (response.status !== 202) throw new Error(text);
  return llmCallAcceptedSchema.parse(JSON.parse(text)).job_id;
};
const refused = async (path: string, body: unknown) => {
  const response = await asShop("POST", path, body);
  const { errors, detail } = problemSchema.parse(await response.json());
  return { status: response.status, errors, detail };
};

beforeAll(async () => {
  [chat, anthropic, google, bedrock] = await Promise.all([
    startLlmServer(),
    startAnthropicServer(),
    startGoogleServer(),
    startBedrockServer(),
  ]);
  // The stage itself has no language model: whatever is asked is a provider's.
  stack = await startTestStack({ env: { WEBHOOK_ALLOW_LOOPBACK: "true" }, timeScale: 60 });
  const made = await stack.post("/keys", { project_id: "shop", scopes: ["submit", "read"] });
  shopKey = z.object({ key: z.string() }).parse(await made.json()).key;
  await put("own-server", { type: "llamacpp", base_url: chat.url });
  await put("gpt", { type: "openai", base_url: chat.url, api_key: "sk-openai-test", models: ["gpt-4.1-mini"] });
  await put("claude", { type: "anthropic", base_url: `${anthropic.url}/v1`, api_key: "sk-ant-test" });
  await put("gemini", { type: "google", base_url: `${google.url}/v1beta`, api_key: "AIza-test" });
  await put("aws", { type: "bedrock", base_url: bedrock.url, region: "eu-central-1", api_key: "bedrock-key-test" });
  await put("private", { type: "vllm", base_url: chat.url, projects: ["bank"] });
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await Promise.all([
    chat?.close(),
    anthropic?.[Symbol.asyncDispose](),
    google?.[Symbol.asyncDispose](),
    bedrock?.[Symbol.asyncDispose](),
  ]);
});

describe("a model call", () => {
  it("by an inline config is a job on the high lane, with response and usage", async () => {
    chat.next({ kind: "answer", content: "A pump broke." });
    const parameters = { temperature: 0.7, max_tokens: 33 };
    const id = await call({ provider: "own-server", model: "qwen3", system: "Be brief.", parameters });
    const job = await stack.waitFor(id);
    expect(job).toMatchObject({ task_name: "llm_call", status: "SUCCESS", project_id: "shop" });
    expect(job.worker).toContain("llm-call-high");
    expect(job.result).toMatchObject({ response: "A pump broke.", usage: { model: expect.any(String) } });
    expect(job.usage).toEqual((job.result as { usage: unknown }).usage);
    expect(chat.requests.at(-1)?.body).toMatchObject({
      model: "qwen3",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "What happened?" },
      ],
      temperature: 0.7,
      max_tokens: 33,
    });
    expect(chat.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  it("answers pending with the job's id, and the same for the same Idempotency-Key", async () => {
    const body = { config: { provider: "own-server", model: "m" }, query: "once" };
    const headers = { "idempotency-key": "one-call" };
    const first = await stack.post("/llm/call", body, headers);
    expect(first.status).toBe(202);
    const accepted = await first.json();
    expect(accepted).toEqual({ job_id: expect.any(String), status: "pending" });
    const again = llmCallAcceptedSchema.parse(await (await stack.post("/llm/call", body, headers)).json());
    expect(again.job_id).toBe(llmCallAcceptedSchema.parse(accepted).job_id);
    const other = { ...body, config: { provider: "own-server", model: "another" } };
    expect((await stack.post("/llm/call", other, headers)).status).toBe(409);
  });

  it.each([
    ["gpt", "gpt-4.1-mini", () => chat.requests.at(-1)?.headers.authorization, "Bearer sk-openai-test"],
    ["claude", "claude-sonnet-4-0", () => anthropic.requests.at(-1)?.headers["x-api-key"], "sk-ant-test"],
    ["gemini", "gemini-2.5-flash", () => google.requests.at(-1)?.headers["x-goog-api-key"], "AIza-test"],
    ["aws", "eu.amazon.nova-pro-v1:0", () => bedrock.requests.at(-1)?.headers.authorization, "Bearer bedrock-key-test"],
  ])("by the provider %s goes out with the provider's key and never shows it", async (provider, model, sent, key) => {
    if (provider === "gpt") chat.next({ kind: "answer", content: "A pump broke." });
    const id = await call({ provider, model });
    const job = await stack.waitFor(id);
    expect(job.result).toMatchObject({ response: "A pump broke." });
    expect(sent()).toBe(key);
    const seen = await Promise.all(
      [`/jobs/${id}`, `/jobs/${id}/input`, `/jobs/${id}/events`, "/llm/providers"].map(async (path) =>
        (await stack.request(path)).text(),
      ),
    );
    expect([...seen, ...stack.output].join("\n")).not.toContain(key.replace("Bearer ", ""));
  });

  it("with an output schema answers with an object, and asks once more when it does not fit", async () => {
    const output_schema = { type: "object", properties: { part: { type: "string" } }, required: ["part"] };
    chat.next({ kind: "answer", content: '{"part": {}}' }, { kind: "answer", content: '{"part": "pump"}' });
    const job = await stack.waitFor(await call({ provider: "own-server", model: "m", output_schema }));
    expect(job.result).toMatchObject({ response: { part: "pump" } });
  });

  it("is told to its callback_url", async () => {
    await using receiver = await startWebhookReceiver();
    chat.next({ kind: "answer", content: "Told." });
    const id = await call({ provider: "own-server", model: "m" }, "x", { callback_url: receiver.url });
    await stack.waitFor(id);
    expect(await eventually("the callback", () => receiver.about(id)[0]?.payload)).toMatchObject({
      type: "task.succeeded",
      data: { data: { task_id: id, response: { response: "Told." } } },
    });
  });

  it("of a provider that refuses its key fails with the tree's error, at once", async () => {
    await put("wrong", { type: "anthropic", base_url: `${anthropic.url}/v1`, api_key: "sk-wrong" });
    const job = await stack.waitFor(await call({ provider: "wrong", model: "claude-sonnet-4-0" }));
    expect(job).toMatchObject({
      status: "FAILURE",
      attempts: 1,
      error: { type: "AuthenticationError", retryable: false },
    });
  });
});

describe("a stored config", () => {
  const content = { provider: "own-server", model: "qwen3", system: "Version one." };

  it("has versions that never change, and a call may name one or take the latest", async () => {
    const first = configVersionSchema.parse(
      await (await asShop("POST", "/llm/configs", { id: "support", ...content })).json(),
    );
    expect(first).toMatchObject({ id: "support", version: 1, system: "Version one.", project_id: "shop" });
    const next = await asShop("POST", "/llm/configs/support/versions", { ...content, system: "Version two." });
    expect(next.status).toBe(201);
    expect(configVersionSchema.parse(await next.json()).version).toBe(2);
    expect((await asShop("POST", "/llm/configs", { id: "support", ...content })).status).toBe(409);
    const systemOf = async (config: unknown) => {
      await stack.waitFor(await call(config));
      return chat.requests.at(-1)?.body.messages[0]?.content;
    };
    expect(await systemOf({ id: "support", version: 1 })).toBe("Version one.");
    expect(await systemOf({ id: "support" })).toBe("Version two.");
    const versions = await (await asShop("GET", "/llm/configs/support/versions")).json();
    expect(versions).toMatchObject({ versions: [{ version: 2 }, { version: 1, system: "Version one." }] });
    expect(await (await asShop("GET", "/llm/configs/support/versions/1")).json()).toEqual(first);
    const listed = await (await asShop("GET", "/llm/configs")).json();
    expect(listed).toMatchObject({ configs: [{ id: "support", latest_version: 2 }] });
  });

  it("is another project's business to nobody", async () => {
    await asShop("POST", "/llm/configs", { id: "ours", ...content });
    expect((await stack.request("/llm/configs/ours")).status).toBe(404);
    expect((await stack.request("/llm/configs/ours?project_id=shop")).status).toBe(200);
    const other = await stack.post("/llm/call", { config: { id: "ours" }, query: "x" });
    expect(other.status).toBe(422);
  });

  it("that is deleted is gone, but not for jobs that were submitted, and its numbers are never given again", async () => {
    await asShop("POST", "/llm/configs", { id: "gone", ...content });
    const response = await asShop("POST", "/tasks/llm_call", {
      input: { query: "x" },
      config: { id: "gone" },
      delay_seconds: 2,
    });
    const { task_id: id } = z.object({ task_id: z.string() }).parse(await response.json());
    expect((await asShop("DELETE", "/llm/configs/gone")).status).toBe(200);
    expect((await asShop("GET", "/llm/configs/gone")).status).toBe(404);
    expect(await refused("/llm/call", { config: { id: "gone" }, query: "x" })).toMatchObject({
      status: 422,
      errors: [{ path: "/config", message: "There is no config gone." }],
    });
    expect((await stack.waitFor(id)).status).toBe("SUCCESS");
    const again = await (await asShop("POST", "/llm/configs", { id: "gone", ...content })).json();
    expect(again).toMatchObject({ version: 2 });
  });

  it("can be named in the submit of any language task, and of a batch", async () => {
    await asShop("POST", "/llm/configs", { id: "writer", ...content, system: "You work for a shop." });
    chat.next({ kind: "answer", content: "A pump broke." });
    const text = "A pump broke at night. It was mended in the morning by two people from the town.";
    const response = await asShop("POST", "/tasks/summarize", {
      input: { text },
      config: { id: "writer", version: 1 },
    });
    const { task_id: id } = z.object({ task_id: z.string() }).parse(await response.json());
    const job = await stack.waitFor(id);
    expect(job.result).toMatchObject({ summary: "A pump broke." });
    expect(String(chat.requests.at(-1)?.body.messages[0]?.content)).toMatch(/^You work for a shop\.\n\nYou summarize/);
    const batch = await asShop("POST", "/batches", {
      task_name: "llm_call",
      inputs: [{ query: "a" }],
      config: { id: "writer" },
    });
    const { task_ids } = z.object({ task_ids: z.array(z.string()) }).parse(await batch.json());
    expect((await stack.waitFor(task_ids[0] ?? "")).status).toBe("SUCCESS");
  });
});

describe("a tenant", () => {
  it.each([
    ["a URL", { provider: "own-server", model: "m", base_url: "http://127.0.0.1:1" }, "/config/base_url"],
    ["a key", { provider: "own-server", model: "m", api_key: "sk" }, "/config/api_key"],
    ["a provider that is not there", { provider: "nobody", model: "m" }, "/config/provider"],
    ["another project's provider", { provider: "private", model: "m" }, "/config/provider"],
    ["a model that the provider does not offer", { provider: "gpt", model: "gpt-9" }, "/config/model"],
    ["no model", { provider: "claude" }, "/config/model"],
    ["the embedded engine as a language model", { provider: "embedded" }, "/config/provider"],
    ["the stage's own model where there is none", { provider: "default" }, "/config/provider"],
    ["content beside an id", { id: "support", model: "m" }, "/config/model"],
    ["a version without an id", { version: 2, provider: "own-server", model: "m" }, "/config/version"],
    ["nothing", {}, "/config/provider"],
    [
      "a broken schema",
      { provider: "own-server", model: "m", output_schema: { type: "objekt" } },
      "/config/output_schema/type",
    ],
    ["a name that leads elsewhere", { provider: "../webhooks/shop", model: "m" }, "/config/provider"],
  ])("cannot call with %s", async (_, config, path) => {
    const asked = [chat, anthropic, google].map(({ requests }) => requests.length);
    const answer = await refused("/llm/call", { config, query: "x" });
    expect(answer).toMatchObject({ status: 422, errors: [{ path }] });
    expect([chat, anthropic, google].map(({ requests }) => requests.length)).toEqual(asked);
  });

  it.each([
    ["generate_chapter", { character_name: "Ada", chapter_number: 1, chapter_title: "A" }],
    ["batch_generate_chapters", { character_name: "Ada", chapter_specs: [{ number: 1, title: "A" }] }],
    ["rewrite_content", { text: "It was cold.", goal: "warmer" }],
  ])("cannot have %s run by the embedded engine", async (task, input) => {
    for (const provider of ["embedded", "default"]) {
      expect(await refused(`/tasks/${task}`, { input, config: { provider } })).toMatchObject({
        ...{
          status: 422,
          errors: [{ path: "/config/provider", message: expect.stringContaining("needs a language model") }],
        },
      });
    }
  });

  it("cannot give a config to a task that asks no model, nor an output schema to one with its own output", async () => {
    const config = { provider: "own-server", model: "m" };
    expect(await refused("/tasks/health_check", { input: {}, config })).toMatchObject({
      errors: [{ path: "/config" }],
    });
    const output_schema = { type: "object" };
    const withSchema = { input: { text: "A text." }, config: { ...config, output_schema } };
    expect(await refused("/tasks/summarize", withSchema)).toMatchObject({
      errors: [{ path: "/config/output_schema" }],
    });
  });

  it("sees neither addresses nor providers of others, and defines none", async () => {
    const schema = z.object({ providers: z.array(providerSchema) });
    const seen = schema.parse(await (await asShop("GET", "/llm/providers")).json()).providers;
    expect(seen.map(({ name }) => name)).not.toContain("private");
    expect(seen.map(({ base_url }) => base_url)).toEqual(seen.map(() => null));
    expect((await asShop("PUT", "/llm/providers/mine", { type: "openai" })).status).toBe(403);
    expect((await asShop("DELETE", "/llm/providers/gpt")).status).toBe(403);
  });
});

describe("a provider", () => {
  it("needs an address where its type has none, and cannot take a name of the stage's own", async () => {
    const missing = await put("nowhere", { type: "vllm" });
    expect(missing.status).toBe(422);
    expect(problemSchema.parse(await missing.json()).errors).toMatchObject([{ path: "/base_url" }]);
    expect((await put("default", { type: "openai" })).status).toBe(409);
    expect((await put("x", { type: "vllm", base_url: "http://user:secret@127.0.0.1/" })).status).toBe(422);
  });

  it("that is deleted is refused at the door", async () => {
    await put("brief", { type: "llamacpp", base_url: chat.url });
    await stack.waitFor(await call({ provider: "brief", model: "m" }));
    expect((await stack.request("/llm/providers/brief", { method: "DELETE" })).status).toBe(200);
    expect(await refused("/llm/call", { config: { provider: "brief", model: "m" }, query: "x" })).toMatchObject({
      status: 422,
    });
    expect((await stack.request("/llm/providers/brief", { method: "DELETE" })).status).toBe(404);
  });

  it("may be the embedded engine for the tasks that it runs", async () => {
    const response = await asShop("POST", "/tasks/keywords", {
      input: { text: "Pumps break at night." },
      config: { provider: "embedded" },
    });
    const { task_id: id } = z.object({ task_id: z.string() }).parse(await response.json());
    expect((await stack.waitFor(id)).status).toBe("SUCCESS");
  });
});

describe("usage", () => {
  it("is told by day, model and config, and by no other project's", async () => {
    await asShop("POST", "/llm/configs", { id: "counted", provider: "own-server", model: "qwen3" });
    const jobs = await Promise.all([call({ id: "counted" }), call({ id: "counted" })]);
    const used = await Promise.all(jobs.map(async (id) => (await stack.waitFor(id)).usage?.total_tokens ?? 0));
    const configs = async (path: string) => {
      const answer = z.object({ days: z.array(z.object({ configs: z.array(z.looseObject({ config: z.string() })) })) });
      const { days } = answer.parse(await (await stack.request(path)).json());
      return days.flatMap((day) => day.configs);
    };
    const counted = await eventually("both are counted", async () =>
      (await configs("/usage?project_id=shop")).find(({ config, runs }) => config === "counted@1" && runs === 2),
    );
    expect(counted).toMatchObject({ total_tokens: (used[0] ?? 0) + (used[1] ?? 0) });
    expect((await configs("/usage")).map(({ config }) => config)).not.toContain("counted@1");
  });
});

/**
 * Stored configs of language models, and calls by them to a model server on this machine.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchAcceptedSchema, batchSchema } from "../../../contracts/jobs/batches.ts";
import { llmCallAcceptedSchema } from "../../../contracts/llm/call.ts";
import { configVersionSchema } from "../../../contracts/llm/configs.ts";
import { scheduleSchema } from "../../../contracts/schedules/schedules.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { type Lacks, testWith } from "./lacks.ts";
import type { Target } from "./target.ts";

export function describeLlmCalls(target: Target, lacks: Lacks): void {
  describe("model calls", () => {
    const provider = `e2e-${Date.now()}`;
    let server: LlmServer;
    let key: string;
    beforeAll(async () => {
      server = await startLlmServer();
      key = await target.newKey(`e2e-llm-${Date.now()}`);
      const defined = await target.call("PUT", `/api/v1/llm/providers/${provider}`, {
        key: target.adminKey,
        body: { type: "openai-compatible", base_url: server.url, api_key: "sk-secret-of-the-provider" },
      });
      expect(defined.status).toBe(200);
    });
    afterAll(async () => {
      await target.call("DELETE", `/api/v1/llm/providers/${provider}`, { key: target.adminKey });
      await server?.close();
    });

    const configs = (method: string, rest = "", body?: unknown) =>
      target.call(method, `/api/v1/llm/configs${rest}`, { key, ...(body !== undefined && { body }) });
    const ask = async (config: object, query: string) => {
      const answer = await target.call("POST", "/api/v1/llm/call", { key, body: { config, query } });
      expect(answer).toMatchObject({ status: 202, body: { status: "pending" } });
      return target.finished(llmCallAcceptedSchema.parse(answer.body).job_id, key);
    };

    test("configs are made, get versions that never change, are listed, and deleted", async () => {
      const first = { provider, model: "small", system: "Be brief." };
      const made = await configs("POST", "", { id: "support", ...first });
      expect(configVersionSchema.parse(made.body)).toMatchObject({ id: "support", version: 1, ...first });
      const second = await configs("POST", "/support/versions", { provider, model: "large" });
      expect(second).toMatchObject({ status: 201, body: { version: 2, model: "large", system: null } });

      expect(await configs("GET", "/support/versions/1")).toMatchObject({
        status: 200,
        body: { version: 1, ...first },
      });
      expect(await configs("GET", "/support")).toMatchObject({ body: { version: 2 } });
      expect(await configs("GET", "/support/versions")).toMatchObject({
        body: { versions: [{ version: 2 }, { version: 1 }] },
      });
      expect(await configs("GET")).toMatchObject({ body: { configs: [{ id: "support", latest_version: 2 }] } });
      expect((await configs("POST", "", { id: "support", ...first })).status).toBe(409);
      expect((await configs("DELETE", "/support")).status).toBe(200);
      expect((await configs("GET", "/support")).status).toBe(404);
    });

    testWith(
      lacks,
      "loopback",
      { name: "a call by a version of a config asks its model, with the provider's key" },
      async () => {
        await configs("POST", "", {
          id: "news",
          provider,
          model: "small",
          system: "Be brief.",
          parameters: { max_tokens: 40 },
        });
        await configs("POST", "/news/versions", { provider, model: "large" });
        server.next({ kind: "answer", content: "A pump broke." });

        const job = await ask({ id: "news", version: 1 }, "What happened?");

        expect(job).toMatchObject({ task_name: "llm_call", status: "SUCCESS", worker: "llm-call-high@lambda" });
        expect(job.result).toMatchObject({ response: "A pump broke.", usage: { total_tokens: expect.any(Number) } });
        expect(server.requests.at(-1)).toMatchObject({
          headers: { authorization: "Bearer sk-secret-of-the-provider" },
          body: { model: "small", max_tokens: 40, messages: [{ content: "Be brief." }, { content: "What happened?" }] },
        });
        expect(JSON.stringify([job, (await configs("GET", "/news")).body])).not.toContain("sk-secret");
      },
    );

    testWith(
      lacks,
      "loopback",
      { name: "a config given with the call may ask for an object, and goes with any language task" },
      async () => {
        const output_schema = { type: "object", properties: { part: { type: "string" } }, required: ["part"] };
        server.next({ kind: "answer", content: '{"part": "pump"}' });
        expect((await ask({ provider, model: "m", output_schema }, "Which part?")).result).toMatchObject({
          response: { part: "pump" },
        });

        server.next({ kind: "answer", content: '{"keywords": ["pump", "water"]}' });
        const body = { input: { text: "The pump moves water.", max_keywords: 2 }, config: { provider, model: "tags" } };
        const submitted = await target.call("POST", "/api/v1/tasks/keywords", { key, body });
        const { task_id: id } = submitted.body as { task_id: string };
        expect(await target.finished(id, key)).toMatchObject({
          status: "SUCCESS",
          result: { keywords: ["pump", "water"] },
        });
        expect(server.requests.at(-1)?.body.model).toBe("tags");
      },
    );

    testWith(
      lacks,
      "loopback",
      { name: "what follows a batch, and the jobs of a schedule, ask the model of their config" },
      async () => {
        const input = { text: "The pump moves water.", max_keywords: 2 };
        const body = {
          task_name: "health_check",
          inputs: [{ echo: "a" }],
          on_complete: { task_name: "keywords", input, config: { provider, model: "of-the-batch" } },
        };
        server.next({ kind: "answer", content: '{"keywords": ["pump", "water"]}' });
        const submitted = await target.call("POST", "/api/v1/batches", { key, body });
        const { batch_id: batchId } = batchAcceptedSchema.parse(submitted.body);
        const follower = await eventually("what follows the batch", async () => {
          const { body } = await target.call("GET", `/api/v1/batches/${batchId}`, { key });
          return batchSchema.parse(body).on_complete_task_id ?? undefined;
        });
        expect(await target.finished(follower, key)).toMatchObject({
          status: "SUCCESS",
          result: { keywords: ["pump", "water"] },
        });
        expect(server.requests.at(-1)?.body.model).toBe("of-the-batch");

        const config = { provider, model: "of-the-schedule" };
        const schedule = { task_name: "keywords", input, cron: "0 3 1 1 *", config };
        const made = await target.call("POST", "/api/v1/schedules", { key, body: schedule });
        expect(made).toMatchObject({ status: 201, body: { config } });
        const { schedule_id: id } = scheduleSchema.parse(made.body);
        server.next({ kind: "answer", content: '{"keywords": ["pump", "water"]}' });
        const run = await target.call("POST", `/api/v1/schedules/${id}/run`, { key });
        const { task_id: taskId } = run.body as { task_id: string };
        expect(await target.finished(taskId, key)).toMatchObject({ status: "SUCCESS" });
        expect(server.requests.at(-1)?.body.model).toBe("of-the-schedule");
        await target.call("DELETE", `/api/v1/schedules/${id}`, { key });
      },
    );

    testWith(lacks, "loopback", { name: "the tokens are counted by model and by config" }, async () => {
      const { body } = await target.call("GET", "/api/v1/usage", { key });

      expect(JSON.stringify(body)).toContain("news@1");
    });

    test("a prompt to the stage's own model is answered at once, or it is said that there is none", async () => {
      const answer = await target.call("POST", "/api/v1/llm/complete", { key, body: { prompt: "Say yes." } });

      if (answer.status === 200)
        expect(answer.body).toMatchObject({ text: expect.any(String), usage: expect.anything() });
      else
        expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining("no language model") } });
    });

    test.each([
      ["an address", { provider: "openai", model: "m", base_url: "https://thief.example.com" }],
      ["a key", { provider: "openai", model: "m", api_key: "sk-1" }],
      ["a provider that nobody defined", { provider: "nobody", model: "m" }],
    ])("a config with %s is refused", async (_, config) => {
      const answer = await target.call("POST", "/api/v1/llm/call", { key, body: { config, query: "x" } });

      expect(answer.status).toBe(422);
    });

    test("a project sees which providers there are, and an admin where they are; nobody sees their keys", async () => {
      const path = "/api/v1/llm/providers";
      const [seen, all] = await Promise.all(
        [key, target.adminKey].map(async (each) =>
          JSON.stringify((await target.call("GET", path, { key: each })).body),
        ),
      );
      expect(seen).toContain(provider);
      expect(seen).not.toContain(server.url);
      expect(all).toContain(server.url);
      expect(`${seen} ${all}`).not.toContain("sk-secret");
      expect((await target.call("PUT", `${path}/${provider}`, { key, body: { type: "openai" } })).status).toBe(403);
    });
  });
}

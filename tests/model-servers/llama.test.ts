/**
 * The language tasks on a real llama.cpp server with a small real model and one slot, through the whole embedded stack.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { compileSchema } from "../../shared/capabilities/json-schema/compile-schema.ts";
import { replacedRequests } from "../fixtures/replaced-requests.ts";
import { runCli } from "../helpers/cli.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort, hasLlama, spawnLlama, startLlama } from "../helpers/model-servers.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const KEY = "sk-llama";
/** Of which the model writes for a minute if it is let. */
const endless = { text: "Tell the story of a ship and its crew, day by day. ".repeat(3), max_length: 2_000 };

const doctorSchema = z.object({
  checks: z.array(z.looseObject({ name: z.string(), verdict: z.string(), detail: z.string() })),
});

/** Of a stack and its servers, on cores that others use. */
const START_MS = 300_000;

describe.skipIf(!hasLlama)("llama.cpp (skipped without MODEL_SERVERS_PYTHON)", () => {
  let port: number;
  let server: Awaited<ReturnType<typeof startLlama>>;
  let stack: TestStack;
  const env = (more: Record<string, string> = {}) => ({
    LLM_BACKEND: "llamacpp",
    LLM_SERVER_URL: `http://127.0.0.1:${port}/v1`,
    LLM_API_KEY_SECRET: "llama-key",
    TEMPERATURE: "0",
    MAX_TOKENS: "300",
    ...more,
  });
  const restart = async () => {
    server = await startLlama({ port, apiKey: KEY });
  };
  const run = async (task: string, input: unknown, seconds = 120) =>
    await stack.waitFor(await stack.submit(task, input), undefined, seconds);
  const started = () => eventually("the slot is busy", async () => (await server.busySlots()) === 1, 60);

  beforeAll(async () => {
    port = await freePort();
    [stack] = await Promise.all([
      startTestStack({ env: env(), timeScale: 60, secrets: new Map([["llama-key", KEY]]) }),
      restart(),
    ]);
  }, START_MS);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.kill();
  });

  it.each(replacedRequests)("runs $task as the replaced system was called", async ({ task, input }) => {
    const job = await run(task, input);

    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    expect(job.usage).toMatchObject({ prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) });
  });

  it("keeps to a schema of enums, bounded lists and nested objects", async () => {
    const item = { type: "object", properties: { name: { type: "string", maxLength: 30 } }, required: ["name"] };
    const schema = {
      type: "object",
      properties: {
        size: { enum: ["small", "large"] },
        items: { type: "array", items: item, minItems: 1, maxItems: 2 },
      },
      required: ["size", "items"],
      additionalProperties: false,
    };

    const job = await run("normalize", { request: "We need a large table and a lamp.", schema, language: "en" });

    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    const { normalized } = job.result as { normalized: unknown };
    expect(() => compileSchema(schema, "/schema").validate(normalized)).not.toThrow();
  });

  it("is found well by sluice doctor, which asks it with a schema and without", async () => {
    const { stdout } = await runCli(["doctor", "--json"], {
      env: { SLUICE_URL: stack.stack.url, SLUICE_API_KEY: stack.stack.apiKey },
    });

    const { checks } = doctorSchema.parse(JSON.parse(stdout));
    expect(checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "model", verdict: "OK", detail: expect.stringContaining("answers in") }),
        expect.objectContaining({ name: "model, with a schema", verdict: "OK" }),
      ]),
    );
  });

  it("with one slot takes twenty jobs one after the other, and none fails", async () => {
    const text = "Bees visit flowers in the garden. The gardener plants lavender for the bees.";
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        stack.submit("keywords", { text: `${text} Bed ${index}.`, max_keywords: 2, language: "en" }),
      ),
    );

    const jobs = await Promise.all(ids.map((id) => stack.waitFor(id, undefined, 240)));

    expect(jobs.filter(({ status }) => status !== "SUCCESS").map(({ error }) => error)).toEqual([]);
    expect(Math.max(...jobs.map(({ attempts }) => attempts))).toBe(1);
  });

  it("frees the slot within seconds when a running job is revoked, though others ask it all the time", async () => {
    const id = await stack.submit("summarize", endless);
    await started();

    expect((await stack.post(`/jobs/${id}/revoke`, { terminate: true })).status).toBe(200);

    // The worker looks for a revoke every 4 s. Each of these questions keeps llama.cpp from looking for closed connections.
    await eventually("the slot is free", async () => (await server.busySlots()) === 0, 12);
    expect(await stack.job(id)).toMatchObject({ status: "REVOKED" });
  });

  it("refuses a text that is longer than its context for good, and summarizes such a text in parts", async () => {
    const text = "The harbour was rebuilt after the storm, and ships returned in spring. ".repeat(170);

    const normalized = await run("normalize", { request: text, schema: { properties: { place: { type: "string" } } } });
    expect(normalized).toMatchObject({ status: "FAILURE", attempts: 1, error: { type: "TextTooLongError" } });

    const summary = await run("summarize", { text, max_length: 30, language: "en" }, 280);
    expect(summary, JSON.stringify(summary.error)).toMatchObject({ status: "SUCCESS" });
  });

  it("killed in mid-answer is asked again after its restart, and the job succeeds", async () => {
    const id = await stack.submit("summarize", endless);
    await started();

    await server.kill();
    const waiting = await stack.waitFor(id, ({ status }) => status === "RETRY");
    expect(waiting.error).toMatchObject({ type: "ConnectionError", retryable: true });
    await restart();

    const job = await stack.waitFor(id, undefined, 200);
    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS" });
    expect(job.attempts).toBeGreaterThan(1);
  });

  it("that loads its model answers 503, and a job submitted meanwhile succeeds later", async () => {
    await server.kill();
    const id = await stack.submit("keywords", { text: "Bees visit flowers.", max_keywords: 2, language: "en" });
    await stack.waitFor(id, ({ status }) => status === "RETRY");
    const loading = await spawnLlama({ port, apiKey: KEY });
    server = loading;
    const bodies: string[] = [];

    await eventually(
      "the model is loaded",
      async () => {
        const response = await fetch(`${loading.url}/models`, { headers: { authorization: `Bearer ${KEY}` } }).catch(
          () => undefined,
        );
        if (response && !response.ok) bodies.push(await response.text());
        return response?.ok;
      },
      90,
    );

    expect(bodies.join()).toContain("unavailable_error");
    expect(await stack.waitFor(id, undefined, 120)).toMatchObject({ status: "SUCCESS" });
  });

  it("refuses a wrong API key, and the job fails at once with AuthenticationError", async () => {
    await server.kill();
    server = await startLlama({ port, apiKey: "sk-another" });

    const job = await run("keywords", { text: "Bees visit flowers.", max_keywords: 2, language: "en" });

    expect(job).toMatchObject({ status: "FAILURE", attempts: 1, error: { type: "AuthenticationError" } });
    const { stdout, code } = await runCli(["doctor"], {
      env: { SLUICE_URL: stack.stack.url, SLUICE_API_KEY: stack.stack.apiKey },
    });
    expect(stdout).toMatch(/^FAIL +model: /m);
    expect(code).toBe(1);
  });
});

/**
 * Data of papers by a small real model, from the upload to the result: whatever it answers, no value is invented.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../client/index.ts";
import type { Job } from "../../contracts/jobs/wire.ts";
import { extract } from "../../contracts/tasks/extraction.ts";
import { type Paper, papers } from "../fixtures/extraction/papers.ts";
import { type PaperScore, scoreAnswer, sumOf } from "../helpers/extract-papers.ts";
import { fileOf } from "../helpers/make-paper.ts";
import { hasLlama, type ModelServer, startLlama } from "../helpers/model-servers.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

/** How a job may fail on a model that writes something else, or that the paper does not state what is required. */
const FAILURES = /^(?:SchemaValidationError|UnreadableAnswerError|AnswerCutError|ValuesMissingError|RefusalError)$/;

/** The first fields of a paper: the model comes to an end with so few. */
function beginningOf(paper: Paper): Paper {
  const properties = Object.entries(paper.schema.properties as Record<string, unknown>).slice(0, FIELDS);
  const names = new Set(properties.map(([name]) => name));
  const wanted = Object.entries(paper.wanted).filter(([name]) => names.has(name));
  const schema = { type: "object", properties: Object.fromEntries(properties) };
  return { ...paper, schema, wanted: Object.fromEntries(wanted) };
}
const FIELDS = 3;

/** All ten as they are take minutes, and give the figures of docs/extraction.md. */
const given =
  process.env.EXTRACTION_PAPERS === "all" ? papers : papers.filter((_, index) => index % 4 === 0).map(beginningOf);

describe.skipIf(!hasLlama)("papers on llama.cpp (skipped without MODEL_SERVERS_PYTHON)", () => {
  let server: ModelServer;
  let stack: TestStack;

  beforeAll(async () => {
    server = await startLlama({ context: 4_096 });
    const env = { LLM_BACKEND: "llamacpp", LLM_SERVER_URL: server.url, MAX_TOKENS: "500", TEMPERATURE: "0" };
    stack = await startTestStack({
      env: { ...env, LLM_CONTEXT_TOKENS: "4096", LLM_TIMEOUT_SECONDS: "600" },
      timeScale: 60,
    });
  }, 300_000);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.kill();
  });

  it("become data without an invented value, or a failure by name", async () => {
    const { url, apiKey } = stack.stack;
    const { documents } = createClient({ url, apiKey });
    const run = async (paper: Paper): Promise<{ job: Job; text: string }> => {
      const file = await fileOf(paper);
      const then = [{ task_name: "extract", input: { schema: paper.schema as never, language: paper.language } }];
      const { id, task_id } = await documents.upload(file.bytes, { file_name: file.name, then });
      await stack.waitFor(task_id, undefined, 300);
      const read = await documents.get(id);
      const job = await stack.waitFor(String(read.then[0]?.task_id), undefined, 900);
      return { job, text: String(read.searchable_text) };
    };

    const scores: PaperScore[] = [];
    const failures: string[] = [];
    for (const paper of given) {
      const { job, text } = await run(paper);
      if (job.status === "SUCCESS") scores.push(scoreAnswer(paper, extract.output.parse(job.result), text).score);
      else {
        expect(job.error?.type, JSON.stringify(job.error)).toMatch(FAILURES);
        failures.push(`${paper.name}: ${job.error?.type}`);
      }
    }
    const sum = sumOf(scores);
    process.stderr.write(`papers on llama.cpp: ${JSON.stringify(sum)}, failed: ${failures.join(", ") || "none"}\n`);

    expect(sum.invented).toBe(0);
    expect(scores.length, failures.join(", ")).toBeGreaterThan(0);
  }, 1_800_000);
});

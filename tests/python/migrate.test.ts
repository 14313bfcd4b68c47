/**
 * The examples of the five systems that Sluice replaces: the lines of their callers, run against the embedded stack as their
 * reader would run them. What each prints is checked line by line.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireInCi } from "../helpers/ci-tools.ts";
import { type ChatRequest, type LlmServer, startLlmServer } from "../helpers/llm-server.ts";
import { buildPythonPackage, hasPython, howToGetPython, type PythonPackage } from "../helpers/python-package.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";
import { writingModel } from "../helpers/writing-model.ts";

const repository = join(import.meta.dirname, "../..");
const examples = join(repository, "clients/python/examples/migrate");
const notice = "Our oven is repaired, so we have bread again. Come in!";

/** Prose of the length that is asked for; to the one rewrite, a notice that keeps what must stay. */
const model = (request: ChatRequest) =>
  JSON.stringify(request.messages).includes("our oven was repaired")
    ? { kind: "answer" as const, content: notice }
    : writingModel()(request);

requireInCi("SLUICE_PYTHON", hasPython);

describe.skipIf(!hasPython)(`examples of migration (skipped where Python lacks something: ${howToGetPython})`, () => {
  let built: PythonPackage;
  let llm: LlmServer;
  let embedded: TestStack;
  let withModel: TestStack;

  /** Runs an example. @returns what it printed, by the first word of each line */
  const printed = async (name: string, stack: TestStack, ...args: string[]) => {
    const { ok, said } = await built.run([join(examples, name), ...args], stack);
    expect(ok, said).toBe(true);
    const lines = said.trimEnd().split("\n");
    const entries = lines.map((line) => [line.split(" ", 1)[0] ?? "", line.slice(line.indexOf(" ") + 1)] as const);
    const byWord: Record<string, string> = {};
    for (const [word, rest] of entries) byWord[word] = word in byWord ? `${byWord[word]}\n${rest}` : rest;
    return byWord;
  };
  const json = (text: string | undefined): unknown => JSON.parse(text ?? "null");

  beforeAll(async () => {
    built = await buildPythonPackage();
    llm = await startLlmServer();
    llm.always(model);
    embedded = await startTestStack();
    withModel = await startTestStack({ env: { ...llm.settings, WEBHOOK_ALLOW_LOOPBACK: "true" } });
  }, 300_000);
  afterAll(async () => {
    await embedded?.[Symbol.asyncDispose]();
    await withModel?.[Symbol.asyncDispose]();
    await llm?.[Symbol.asyncDispose]();
    await built?.[Symbol.asyncDispose]();
  });

  it("there is one for each system, each run here", () => {
    expect(readdirSync(examples).filter((name) => name.endsWith(".py"))).toEqual([
      ...["ai_worker.py", "book_generator.py", "content_worker.py", "matching_app.py", "platform_jobs.py"],
    ]);
  });

  it("an AI worker's calls are answered by the embedded engine", async () => {
    const said = await printed("ai_worker.py", embedded);

    expect(json(said.summarize_text)).toMatchObject({
      summary: expect.stringMatching(/tram|city council/i),
      original_length: 56,
    });
    expect(json(said.extract_keywords)).toMatchObject({
      keywords: expect.arrayContaining([expect.stringMatching(/solar|electricity|schools/i)]),
      count: 5,
    });
    expect(json(said.normalize_json)).toMatchObject({
      normalized: { name: "Anna Berg", quantity: 3, email: "anna.berg@example.com" },
    });
    expect(said).toMatchObject({
      apply_async: "SUCCESS True True",
      revoke: "REVOKED",
      send_task: "3",
      refused: "422 /input/max_length",
    });
  });

  it("a matching application's projects, German scan and monitoring routes answer with the fields they had", async () => {
    const scan = join(repository, "examples/documents/brief-stadtwerke-scan.png");
    const said = await printed("matching_app.py", embedded, scan);

    expect(said).toMatchObject({
      created: "pending completed",
      changed: "completed",
      found: "True 2024",
      generate_project_embedding: "success 7",
      batch_generate_embeddings: "success 2 of 2",
      delete_project_embedding: "success",
      document: "completed de True 1",
      text: expect.stringMatching(/Ankündigung von Bauarbeiten in der Gärtnergasse.*Käthe Österreicher/),
      task: "SUCCESS",
      result: "1",
      "queue/stats": "['active_tasks', 'queue_stats', 'reserved_tasks', 'workers', 'workers_active']",
      "workers/stats": expect.stringMatching(/^[1-9]\d*$/),
      active: expect.stringMatching(/^\d+$/),
      scheduled: expect.stringMatching(/^\d+$/),
      reserved: expect.stringMatching(/^\d+$/),
      registered: "True",
      health: "healthy",
      summary: "{'connected': True, 'type': 'sqs'}",
      revoke: "True",
      deleted: "404",
    });
  });

  it("a platform's jobs by path, its stored config and its webhook work as they did", async () => {
    const said = await printed("platform_jobs.py", withModel);

    expect(said).toMatchObject({
      high: expect.stringMatching(/^SUCCESS \{"summary": "\S+/),
      low: "SUCCESS {'job_id': '4712'}",
      revoke: "False",
      "llm/call": "pending",
      response: expect.stringMatching(/^"The harbour town/),
    });
    expect(json(said.webhook)).toMatchObject({
      success: true,
      data: { task_name: "llm_call", status: "SUCCESS", response: { response: json(said.response) } },
    });
    // The config's instructions came with the call.
    expect(JSON.stringify(llm.requests.at(-1)?.body.messages)).toContain("You answer customers of a shop.");
  });

  it("a book generator's chapters are written, checked and made into files", async () => {
    const said = await printed("book_generator.py", withModel);

    expect(said).toMatchObject({
      generate_chapter: expect.stringMatching(/^1 The Notes \d+$/),
      regenerate_chapter: "True",
      batch_generate_chapters: "success 2 of 2",
      generate_introduction: expect.stringMatching(/^[1-9]\d*$/),
      validate_chapter_length: expect.stringMatching(/^within \d+$/),
      validate_content_quality: expect.stringMatching(/^\d+(\.\d+)? \[/),
      validate_sources: "1 of 1",
      validate_complete_biography: expect.stringMatching(/^\d+(\.\d+)? \[/),
    });
    const files = (said.file ?? "").split("\n").map(json);
    expect(files).toMatchObject([
      { name: expect.stringMatching(/\.md$/), bytes: expect.any(Number) },
      { name: expect.stringMatching(/\.docx$/), begins: "PK\u0003\u0004" },
      { name: expect.stringMatching(/\.pdf$/), begins: "%PDF" },
    ]);
  });

  it("a book generator without a model is told what is missing, and says no word of success", async () => {
    const { ok, said } = await built.run([join(examples, "book_generator.py")], embedded);

    expect(ok).toBe(false);
    expect(said).toMatch(/ModelRequiredError.*LLM_BACKEND/);
    expect(said).not.toMatch(/^generate_chapter/m);
  });

  it("the producer and the switch of docs/migration.md work as they stand there", async () => {
    const page = readFileSync(join(repository, "docs/migration.md"), "utf8");
    const [, producer = "", choice = ""] = [...page.matchAll(/^( *)```python\n([\s\S]*?)^ *```$/gm)].map(
      ([, indent = "", code = ""]) => code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    );
    const program = [
      'text = "A pump broke on Tuesday. It was repaired on Wednesday. The town had no water for a day."',
      producer,
      "print('state', state)",
      "class settings: summaries_on_sluice = True",
      choice,
      "job = summarize(text)",
      "SluiceResult(job.removeprefix('sluice:')).get(timeout=60)",
      "print('switch', state(job))",
    ];
    await writeFile(join(built.folder, "switch.py"), program.join("\n"));

    const { ok, said } = await built.run(["switch.py"], embedded);

    expect(ok, said).toBe(true);
    expect(said).toMatch(/^state (PENDING|STARTED|SUCCESS)$/m);
    expect(said).toMatch(/^switch SUCCESS$/m);
  });

  it("a content worker's texts are evaluated, rewritten and escalated", async () => {
    const said = await printed("content_worker.py", withModel);

    expect(said).toMatchObject({
      evaluate_content: expect.stringMatching(/^\d+$/),
      detect_ai_content: expect.stringMatching(/^(likely_human|unclear|likely_machine|too_short)$/),
      rewrite_content: `11 ${notice}`,
      review_content: expect.stringMatching(/^escalated .*100/),
      escalate: "open resolved {'publish': True}",
    });
    expect(said.score_aeo).toBe(said.evaluate_content);
  });
});

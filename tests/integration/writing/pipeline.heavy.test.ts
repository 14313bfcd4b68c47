/**
 * Chapters and rewrites through the whole embedded stack, against a server that answers like a model.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { batchGenerateChapters } from "../../../contracts/tasks/batch-generate-chapters.ts";
import { generateChapter } from "../../../contracts/tasks/generate-chapter.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type ChatRequest, type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";
import { writingModel } from "../../helpers/writing-model.ts";

let server: LlmServer;
let stack: TestStack;

beforeAll(async () => {
  server = await startLlmServer();
  stack = await startTestStack({
    timeScale: 60,
    env: { ...server.settings, MAX_TOKENS: "512", TASK_LEASE_SECONDS: "4", SLUICE_FAMILIES: "all" },
  });
}, 120_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await server?.close();
});

let asked = 0;
beforeEach(() => {
  asked = server.requests.length;
  server.always(writingModel());
});
const questions = () => server.requests.slice(asked).map(({ body }) => body);
const lastOf = (request: ChatRequest): string => String(request.messages.at(-1)?.content);
/** The section that a question is about. */
const sectionOf = (request: ChatRequest): string =>
  /section (\d+) of \d+, about/.exec(lastOf(request))?.[1] ?? "outline";

const ada = { character_name: "Ada Lovelace", chapter_number: 2, chapter_title: "The Engine of that Winter" };

describe("a chapter", () => {
  it("whose process is killed continues at its first unfinished section, and asks for no other again", async () => {
    const model = writingModel();
    let isHeld = true;
    server.always((request) => (isHeld && sectionOf(request) === "3" ? { kind: "hang" } : model(request)));
    const id = await stack.submit("generate_chapter", { ...ada, target_words: 900 });
    await eventually("the third section is asked for", () => questions().some((each) => sectionOf(each) === "3"), 60);
    const before = questions().map(sectionOf);

    // The run of the second section has sent the message of this one before its own invocation ends.
    const running = await eventually("that section's run is alone", () => {
      const [only, ...others] = stack.stack.functions("content-generation").running();
      return others.length === 0 && only;
    });
    isHeld = false;
    process.kill(running.pid, "SIGKILL");

    const job = await stack.waitFor(id, undefined, 120);
    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS" });
    expect(before).toEqual(["outline", "1", "2", "3"]);
    expect(questions().map(sectionOf)).toEqual(["outline", "1", "2", "3", "3", "4"]);
    const chapter = generateChapter.output.parse(job.result);
    expect(chapter.content.match(/^## /gm)).toHaveLength(4);
    expect(chapter.warnings).toEqual([]);
    // Those of the killed question are not known to anybody.
    expect(job.usage?.total_tokens).toBe(chapter.usage?.total_tokens);
  }, 180_000);

  it("whose server fails for a while asks for the section in flight again, and its tokens are summed over the attempts", async () => {
    const model = writingModel();
    let failures = 0;
    server.always((request) => {
      if (sectionOf(request) !== "2" || failures === 2) return model(request);
      failures += 1;
      // Useless, and paid for.
      return failures === 1 ? { kind: "answer", content: "null" } : { kind: "status", status: 500 };
    });
    const id = await stack.submit("generate_chapter", { ...ada, target_words: 400 });
    const job = await stack.waitFor(id, undefined, 120);
    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS" });
    expect(questions().map(sectionOf)).toEqual(["outline", "1", "2", "2", "2"]);
    const events = z.object({
      events: z.array(z.looseObject({ error: z.looseObject({ type: z.string() }).nullable() })),
    });
    const { events: all } = events.parse(await (await stack.request(`/jobs/${id}/events`)).json());
    expect(all.flatMap(({ error }) => error?.type ?? [])).toEqual(
      expect.arrayContaining(["EmptyAnswerError", "LLMServerError"]),
    );
    expect(generateChapter.output.parse(job.result).usage).toEqual(job.usage);
  }, 180_000);

  it("takes facts from its sources, marks them, and says which were used, in German too", async () => {
    server.always(writingModel({ language: "de", mark: "[2]" }));
    const sources = [
      { title: "Briefe", text: "Ein Brief." },
      { title: "Akten", author: "Stadtarchiv", year: 1843, text: "Die Akten der Stadt." },
    ];
    const id = await stack.submit("generate_chapter", {
      ...ada,
      chapter_title: "Die Zeit der Stadt",
      target_words: 150,
      sources,
      language: "de",
    });
    const job = await stack.waitFor(id);
    expect(generateChapter.output.parse(job.result)).toMatchObject({
      sources_used: [{ number: 2, title: "Akten" }],
      warnings: [],
    });
    const [question] = questions();
    expect(String(question?.messages[0]?.content)).toContain("auf Deutsch");
    expect(lastOf(question as ChatRequest)).toContain("[2] Akten (Stadtarchiv, 1843)\nDie Akten der Stadt.");
  });

  it("of a length that its sections cannot have, or without a title, is refused at the door with the pointer", async () => {
    const refused = async (task: string, input: object) => {
      const response = await stack.post(`/tasks/${task}`, { input });
      expect(response.status).toBe(422);
      return z
        .object({ errors: z.array(z.object({ path: z.string() })) })
        .parse(await response.json())
        .errors.map(({ path }) => path);
    };
    expect(await refused("generate_chapter", { ...ada, chapter_title: " ", target_words: 1 })).toEqual([
      "/input/chapter_title",
      "/input/target_words",
    ]);
    expect(await refused("generate_chapter", { ...ada, sources: [{ titel: "x" }] })).toContain(
      "/input/sources/0/title",
    );
    expect(
      await refused("generate_chapter", {
        ...ada,
        target_words: 100,
        outline: Array.from({ length: 20 }, (_, index) => `Part ${index}`),
      }),
    ).toEqual(["/input/outline"]);
    expect(await refused("generate_introduction", { character_name: "Ada", chapters: [] })).toEqual([
      "/input/chapters",
    ]);
    expect(
      await refused("regenerate_chapter", { chapter: { chapter_number: 1, title: "A", content: "" }, feedback: "x" }),
    ).toEqual(["/input/chapter/content"]);
    expect(
      await refused("batch_generate_chapters", {
        character_name: "Ada",
        chapter_specs: [
          { number: 1, title: "A" },
          { number: 1, title: "B" },
        ],
      }),
    ).toEqual(["/input/chapter_specs/1/number"]);
    expect(await refused("rewrite_content", { text: "One.", goal: "shorter", keep: ["One", "Two"] })).toEqual([
      "/input/keep/1",
    ]);
  });
});

describe("what stands around the chapters", () => {
  const chapters = [
    { number: 1, title: "The Winter", summary: "She learns to read." },
    { title: "The Engine", summary: "She writes notes." },
  ];

  it.each([
    ["generate_introduction", "Introduction"],
    ["generate_conclusion", "Conclusion"],
  ])("%s is written from their summaries", async (task, title) => {
    server.always(writingModel({ mark: "[1]" }));
    const job = await stack.waitFor(await stack.submit(task, { character_name: "Ada", chapters, target_words: 150 }));
    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS", result: { title, target_words: 150 } });
    expect(JSON.stringify(job.result)).not.toContain("[1]");
    expect(lastOf(questions()[0] as ChatRequest)).toContain("[2] The Engine\nShe writes notes.");
  });

  it("a chapter written again keeps its headings and says what changed", async () => {
    const chapter = {
      chapter_number: 3,
      title: "The Engine",
      // As a result of generate_chapter has it.
      word_count: 20,
      sources_used: [{ number: 2, title: "Letters" }],
      content:
        "## First\n\nThe winter was cold in the town [2]. People stayed at home.\n\n## Second\n\nThe engine stood still.",
    };
    server.always((request) => ({
      kind: "answer",
      content: lastOf(request).includes("stood still")
        ? "Nothing moved the engine."
        : "The winter was cold in the town [2]. People stayed by the fire [1].",
    }));
    const job = await stack.waitFor(
      await stack.submit("regenerate_chapter", { chapter, feedback: "Livelier, please." }),
    );
    expect(job, JSON.stringify(job.error)).toMatchObject({
      status: "SUCCESS",
      result: {
        content:
          "## First\n\nThe winter was cold in the town [2]. People stayed by the fire.\n\n## Second\n\nNothing moved the engine.",
        sources_used: [{ number: 2, title: "Letters" }],
        changes: [
          { kind: "changed", before: "People stayed at home.", after: "People stayed by the fire." },
          { kind: "changed", before: "The engine stood still.", after: "Nothing moved the engine." },
        ],
      },
    });
    expect(questions()).toHaveLength(2);
    expect(JSON.stringify(questions()[0])).toContain("Livelier, please.");
  });
});

describe("the chapters of a book", () => {
  const specs = [5, 1, 3, 2, 4].map((number) => ({
    number,
    title: `The Part ${"ABCDE".charAt(number - 1)}`,
    target_words: 100,
  }));

  it("are jobs of their own, some at once, listed in order, and one that fails takes no other with it", async () => {
    const model = writingModel();
    server.always((request) =>
      lastOf(request).includes("The Part C")
        ? { kind: "answer", content: "I'm sorry, I can't help with that." }
        : model(request),
    );
    const id = await stack.submit("batch_generate_chapters", {
      character_name: "Ada",
      chapter_specs: specs,
      batch_size: 2,
    });
    const job = await stack.waitFor(id, undefined, 120);
    expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS", progress: { current: 4, total: 5 } });
    const output = batchGenerateChapters.output.parse(job.result);
    expect(output).toMatchObject({ status: "partial", total: 5, succeeded: 4, failed: 1 });
    expect(output.chapters.map(({ number, status }) => `${number} ${status}`)).toEqual([
      "1 success",
      "2 success",
      "3 failed",
      "4 success",
      "5 success",
    ]);
    expect(output.chapters[2]).toMatchObject({ chapter: null, error: { type: "RefusalError" } });
    const sum = output.chapters.reduce((total, { chapter }) => total + (chapter?.usage?.total_tokens ?? 0), 0);
    expect(output.usage?.total_tokens).toBe(sum);
    // Its chapters have booked them.
    expect(job.usage).toBeNull();
    const children = z.object({ jobs: z.array(z.looseObject({ parent_id: z.string().nullable() })) });
    const { jobs } = children.parse(await (await stack.request("/jobs?task_name=generate_chapter&limit=50")).json());
    expect(jobs.filter(({ parent_id }) => parent_id === id)).toHaveLength(5);
  }, 180_000);

  it("none of which was written are a failure that says why, and written when it is run again", async () => {
    server.always({ kind: "answer", content: "I'm sorry, I can't help with that." });
    const id = await stack.submit("batch_generate_chapters", {
      character_name: "Ada",
      chapter_specs: specs.slice(0, 2),
    });
    const failed = await stack.waitFor(id, undefined, 120);
    expect(failed).toMatchObject({
      status: "FAILURE",
      error: { type: "AllStepsFailedError", message: expect.stringContaining("RefusalError") },
    });

    server.always(writingModel());
    expect((await stack.post(`/jobs/${id}/retry`, {})).ok).toBe(true);
    const job = await stack.waitFor(id, undefined, 120);
    expect(job, JSON.stringify(job.error)).toMatchObject({
      status: "SUCCESS",
      result: { status: "success", succeeded: 2 },
    });
  }, 180_000);
});

describe("a rewrite", () => {
  it("keeps what it must", async () => {
    server.always({ kind: "answer", content: "In 1843 Ada wrote her notes." });
    const job = await stack.waitFor(
      await stack.submit("rewrite_content", { text: "Ada wrote her notes in 1843.", goal: "livelier" }),
    );
    expect(job, JSON.stringify(job.error)).toMatchObject({
      status: "SUCCESS",
      attempts: 1,
      result: { kept: { numbers: ["1843"] } },
    });
    server.always({ kind: "answer", content: "Ada wrote her notes." });
    const lost = await stack.waitFor(
      await stack.submit("rewrite_content", { text: "Ada wrote her notes in 1843.", goal: "livelier" }),
    );
    expect(lost).toMatchObject({ status: "FAILURE", attempts: 1, error: { type: "FactsLostError", retryable: false } });
  });
});

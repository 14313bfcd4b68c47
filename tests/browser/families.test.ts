/**
 * Every task on texts and books by the console's form, the `sluice` command and HTTP, with the same input; and what is wrong
 * with an input is reported at the same path by each.
 *
 * @module
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser, screenshot } from "../helpers/browser.ts";
import { runCli } from "../helpers/cli.ts";
import { jobState, openConsole, type SignedIn } from "../helpers/console-page.ts";
import { type LlmServer, startLlmServer } from "../helpers/llm-server.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";
import { writingModel } from "../helpers/writing-model.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Input = { readonly [name: string]: Json };

const ada = { character_name: "Ada Lovelace", language: "en" };
const content = "## The winter\n\nThe harbour town kept its letters in a cold room [1]. People read them by the fire.";
const chapters = [
  { number: 1, title: "The Winter", content },
  { number: 2, title: "The Spring", content: "The ice went out in April." },
];
const sources = [{ title: "Letters", author: "A. Berg", year: 1843, type: "book" }];
const summaries = [{ number: 1, title: "The Winter", summary: "She learns to read." }];
const book = { title: "The Harbour", author: "A. Berg", chapters, sources, language: "en" };
const text = "Eva Brandt said that 340 households will have no water until Tuesday. The pipe is old.";

/** Each task with an input, and with one field that is wrong. */
const cases: readonly (readonly [task: string, input: Input, wrong: Input, at: string])[] = [
  [
    "generate_chapter",
    { ...ada, chapter_number: 1, chapter_title: "The Notes", target_words: 60, sources },
    { target_words: 2 },
    "/input/target_words",
  ],
  [
    "generate_introduction",
    { ...ada, chapters: summaries, target_words: 60 },
    { chapters: [{ title: "A", summary: " " }] },
    "/input/chapters/0/summary",
  ],
  [
    "generate_conclusion",
    { ...ada, chapters: summaries, target_words: 60 },
    { chapters: [{ title: " ", summary: "B" }] },
    "/input/chapters/0/title",
  ],
  [
    "regenerate_chapter",
    { chapter: { chapter_number: 1, title: "The Winter", content }, feedback: "Warmer.", language: "en" },
    { feedback: " " },
    "/input/feedback",
  ],
  [
    "batch_generate_chapters",
    {
      ...ada,
      chapter_specs: [
        { number: 1, title: "One", target_words: 60 },
        { number: 2, title: "Two", target_words: 60 },
      ],
    },
    {
      chapter_specs: [
        { number: 1, title: "One" },
        { number: 1, title: "Two" },
      ],
    },
    "/input/chapter_specs/1/number",
  ],
  [
    "rewrite_content",
    { text, goal: "friendlier", keep: ["pipe"], language: "en" },
    { keep: ["pipe", "bridge"] },
    "/input/keep/1",
  ],
  ["validate_chapter_length", { content, target_words: 20 }, { target_words: 0 }, "/input/target_words"],
  ["validate_content_quality", { content, language: "en" }, { content: " " }, "/input/content"],
  ["validate_sources", { sources }, { sources: [{ title: "x".repeat(1_001) }] }, "/input/sources/0/title"],
  [
    "validate_complete_biography",
    { title: "The Harbour", chapters, sources, language: "en" },
    { chapters: [{ title: "A", content: " " }] },
    "/input/chapters/0/content",
  ],
  ["export_to_markdown", book, { title: " " }, "/input/title"],
  ["export_to_word", book, { chapters: [{ title: " ", content }] }, "/input/chapters/0/title"],
  ["export_to_pdf", book, { author: " " }, "/input/author"],
  ["export_all_formats", book, { chapters: [{ number: -1, title: "A", content }] }, "/input/chapters/0/number"],
  ["detect_ai_content", { text, language: "en" }, { text: " " }, "/input/text"],
  ["score_aeo", { content, question: "When was it cold?", language: "en" }, { content: " " }, "/input/content"],
  ["evaluate_content", { content, language: "en" }, { language: "english" }, "/input/language"],
  [
    "escalate",
    { subject: "Publish?", reason: "Odd figures.", payload: { draft: 7 } },
    { notify: { url: "http://10.0.0.1/" } },
    "/input/notify/url",
  ],
  [
    "review_content",
    { text, target_score: 100, max_rewrites: 1, language: "en" },
    { target_score: 101 },
    "/input/target_score",
  ],
];

/** Types a value into the form: inputs are called by their place in the request. */
async function fill(page: Page, value: Json, path: string): Promise<void> {
  const field = page.locator(`:is(input, textarea, select)[name="${path}"]`);
  if ((await field.count()) > 0) {
    const isJson = (await field.getAttribute("class")) === "code";
    return await field.fill(isJson ? JSON.stringify(value) : String(value));
  }
  if (Array.isArray(value)) {
    const group = page.locator(`fieldset[name="${path}"]`);
    const [remove, add] = [group.locator(":scope > .list-item > button"), group.locator(":scope > button")];
    while ((await remove.count()) > 0) await remove.first().click();
    for (const [index, each] of (value as readonly Json[]).entries()) {
      await add.click();
      await fill(page, each, `${path}/${index}`);
    }
    return;
  }
  if (typeof value !== "object" || value === null) throw new Error(`The form has no field ${path}.`);
  for (const [name, each] of Object.entries(value)) await fill(page, each, `${path}/${name}`);
}

describe.skipIf(chromiumPath === undefined)("tasks on texts and books (skipped without Chromium)", () => {
  let browser: Browser;
  let llm: LlmServer;
  let test: TestStack;
  let console: SignedIn;

  beforeAll(async () => {
    llm = await startLlmServer();
    const model = writingModel();
    llm.always((request) =>
      JSON.stringify(request.messages).includes("340 households")
        ? {
            kind: "answer",
            content: "Eva Brandt told us that 340 households have no water until Tuesday: an old pipe.",
          }
        : model(request),
    );
    const env = { ...llm.settings, SLUICE_FAMILIES: "all", MAX_TOKENS: "512" };
    [browser, test] = await Promise.all([launchBrowser(), startTestStack({ env, timeScale: 60 })]);
    console = await openConsole(browser, test.stack, { path: "/submit" });
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    await test?.[Symbol.asyncDispose]();
    await llm?.close();
  });

  const outcomeOf = async (id: string): Promise<unknown> => {
    const { status, error } = await test.waitFor(id, undefined, 240);
    return { status, error };
  };
  const done = { status: "SUCCESS", error: null };

  describe.each(cases)("%s", (task, input, wrong, at) => {
    const refused = { ...input, ...wrong };
    const sluice = (given: Input, ...more: string[]) =>
      runCli(["submit", task, "--input", JSON.stringify(given), ...more], {
        env: { SLUICE_URL: test.stack.url, SLUICE_API_KEY: test.stack.apiKey },
      });

    it("by HTTP", { timeout: 300_000 }, async () => {
      expect(await outcomeOf(await test.submit(task, input))).toEqual(done);
      const response = await test.post(`/tasks/${task}`, { input: refused });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ errors: [{ path: at }] });
    });

    it("by the command", { timeout: 300_000 }, async () => {
      const submitted = await sluice(input);
      expect(submitted.code, submitted.stderr).toBe(0);
      expect(await outcomeOf(submitted.stdout.trim())).toEqual(done);
      const { code, stderr } = await sluice(refused);
      expect(code).not.toBe(0);
      // The command line names a field by a path with dots.
      expect(stderr).toContain(at.slice(1).replaceAll("/", "."));
    });

    it("by the console's form", { timeout: 300_000 }, async () => {
      const { page, errors } = console;
      const open = async (given: Input) => {
        await page.goto(`/console/submit/${task}`);
        const submit = page.getByRole("button", { name: "Submit" });
        // Fields are counted, which does not wait for them; they come with the button.
        await submit.waitFor();
        await fill(page, given, "/input");
        await submit.click();
      };
      await open(refused);
      const fault = page.locator(".field").filter({ has: page.locator(`[name="${at}"]`) });
      await fault.getByRole("alert").waitFor();
      await screenshot(page, `submit-${task}-refused`);
      expect(errors.splice(0)).toEqual([expect.stringContaining("422")]);

      await open(input);
      await jobState(page).filter({ hasText: "SUCCESS" }).waitFor({ timeout: 240_000 });
      expect((await test.job(page.url().split("/").at(-1) ?? "")).task_name).toBe(task);
      expect(errors.splice(0)).toEqual([]);
    });
  });
});

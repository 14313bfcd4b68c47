/**
 * Each task that has texts written, with a small real model, by HTTP, the `sluice` command and the console's form, which take turns
 * (`MODEL_TASKS=all`: each task in every way). The model often
 * writes nothing of use: then the job fails with an error that its task names, and says what it cost. Tasks that ask no
 * model are in `tests/browser/families.test.ts`.
 *
 * @module
 */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import type { Job } from "../../contracts/jobs/wire.ts";
import { familyInputs, type Input } from "../fixtures/family-inputs.ts";
import { chromiumPath, launchBrowser } from "../helpers/browser.ts";
import { runCli } from "../helpers/cli.ts";
import { fillForm } from "../helpers/console-form.ts";
import { closeConsole, openConsole, type SignedIn } from "../helpers/console-page.ts";
import { eventually } from "../helpers/eventually.ts";
import { hasLlama, type ModelServer, startLlama, unusableAnswers } from "../helpers/model-servers.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

/** What a task that asks the model may fail with; a review escalates what was not rewritten. */
const failures: Readonly<Record<string, readonly string[]>> = {
  generate_chapter: unusableAnswers,
  generate_introduction: unusableAnswers,
  generate_conclusion: unusableAnswers,
  regenerate_chapter: ["TextUnchangedError", ...unusableAnswers],
  batch_generate_chapters: ["AllStepsFailedError"],
  rewrite_content: ["FactsLostError", ...unusableAnswers],
  review_content: [],
};
/** Every task in every way takes minutes: without that, the ways take turns. */
const everyWay = process.env.MODEL_TASKS === "all";
/** A text of so few words is one answer. */
const brief = { target_words: 30 };
const short: Readonly<Record<string, Input>> = {
  generate_chapter: brief,
  generate_introduction: brief,
  generate_conclusion: brief,
  batch_generate_chapters: {
    chapter_specs: [{ number: 1, title: "The Notes", ...brief }],
  },
};
/** The same in German, by the command. */
const german: Readonly<Record<string, Input>> = {
  generate_chapter: { character_name: "Konrad Duden", chapter_title: "Das Wörterbuch", language: "de" },
  generate_introduction: {
    character_name: "Konrad Duden",
    chapters: [{ title: "Die Schule", summary: "Er lehrt in der Stadt Soest." }],
    language: "de",
  },
  rewrite_content: { text: "Das Wasser fehlt bis Dienstag, denn das Rohr ist alt.", keep: ["Rohr"], language: "de" },
};

describe.skipIf(!hasLlama)("tasks on texts and books (skipped without MODEL_SERVERS_PYTHON)", () => {
  let server: ModelServer;
  let test: TestStack;
  let browser: Browser | undefined;
  let console: SignedIn | undefined;
  const written: Job[] = [];

  beforeAll(async () => {
    server = await startLlama({ context: 2_048, slots: 3 });
    const model = {
      LLM_BACKEND: "llamacpp",
      LLM_SERVER_URL: server.url,
      LLM_REPAIR: "false",
      LLM_TIMEOUT_SECONDS: "250",
    };
    const env = { ...model, MAX_TOKENS: "100", TEMPERATURE: "0.3", SLUICE_FAMILIES: "all" };
    test = await startTestStack({ env, timeScale: 60 });
    if (chromiumPath === undefined) return;
    browser = await launchBrowser();
    console = await openConsole(browser, test.stack, { path: "/submit" });
  }, 300_000);
  afterAll(async () => {
    await closeConsole(console);
    await browser?.close();
    await test?.[Symbol.asyncDispose]();
    await server?.kill();
  });

  async function byCommand(task: string, input: Input): Promise<string> {
    const { code, stdout, stderr } = await runCli(["submit", task, "--input", JSON.stringify(input)], {
      env: { SLUICE_URL: test.stack.url, SLUICE_API_KEY: test.stack.apiKey },
    });
    expect(code, stderr).toBe(0);
    return stdout.trim();
  }

  async function byForm({ page }: SignedIn, task: string, input: Input): Promise<string> {
    await page.goto(`/console/submit/${task}`);
    const submit = page.getByRole("button", { name: "Submit" });
    await submit.waitFor();
    await fillForm(page, input, "/input");
    await submit.click();
    return await eventually("the job's page", () => /\/jobs\/([^/?]+)/.exec(page.url())?.[1], 60);
  }

  it.each(familyInputs.filter(([task]) => task in failures))("%s", { timeout: 1_800_000 }, async (task, usual) => {
    const input = { ...usual, ...short[task] };
    const form = console;
    const ways = [
      () => test.submit(task, input),
      () => byCommand(task, { ...input, ...german[task] }),
      ...(form ? [() => byForm(form, task, input)] : []),
    ];
    const turn = Object.keys(failures).indexOf(task) % ways.length;
    const ids: string[] = [];
    for (const [index, way] of ways.entries()) if (everyWay || index === turn) ids.push(await way());

    for (const id of ids) {
      const job = await test.waitFor(id, undefined, 600);
      expect(job.task_name).toBe(task);
      if (job.status === "SUCCESS") {
        expect(catalog.findTask(task)?.output.safeParse(job.result)).toMatchObject({ success: true });
        if (task !== "review_content") written.push(job);
      } else expect(failures[task], JSON.stringify(job.error)).toContain(job.error?.type);
      // Jobs that a batch or a review submitted have booked their own tokens.
      if (!/^(?:batch|review)_/.test(task)) expect(job.usage?.total_tokens).toBeGreaterThan(50);
    }
  });

  it("some of them are written", () => {
    expect(written.map(({ task_name }) => task_name)).not.toEqual([]);
  });
});

/**
 * Every task on texts and books by the console's form, the `sluice` command and HTTP, with the same input; and what is wrong
 * with an input is reported at the same path by each.
 *
 * @module
 */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { familyInputs, type Input } from "../fixtures/family-inputs.ts";
import { chromiumPath, launchBrowser, screenshot } from "../helpers/browser.ts";
import { runCli } from "../helpers/cli.ts";
import { fillForm } from "../helpers/console-form.ts";
import { jobState, openConsole, type SignedIn } from "../helpers/console-page.ts";
import { type LlmServer, startLlmServer } from "../helpers/llm-server.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";
import { writingModel } from "../helpers/writing-model.ts";

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

  describe.each(familyInputs)("%s", (task, input, wrong, at) => {
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
        await fillForm(page, given, "/input");
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

  it("a job's page shows when it and the jobs that it waited for ran", { timeout: 300_000 }, async () => {
    const chapter_specs = ["Childhood", "Work"].map((title, index) => ({ number: index + 1, title, target_words: 60 }));
    const id = await test.submit("batch_generate_chapters", { character_name: "Ada Lovelace", chapter_specs });
    await test.waitFor(id, undefined, 240);
    const { page } = console;
    await page.goto(`/console/jobs/${id}?tab=timeline`);
    const rows = page.getByRole("list", { name: "Waterfall" }).getByRole("listitem");
    await rows.filter({ hasText: "generate_chapter" }).nth(2).waitFor();
    expect(await rows.count()).toBe(3);
    for (const row of await rows.all()) {
      expect(await row.getByRole("img").getAttribute("aria-label")).toMatch(/^waited .+, ran .+/);
      expect(await row.locator(".waterfall-runs").count()).toBeGreaterThan(0);
    }
    await screenshot(page, "waterfall");
  });
});

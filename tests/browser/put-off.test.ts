/**
 * Jobs that a limit has put off, as a person sees them in the console: that they wait, why, and until when.
 *
 * @module
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../contracts/jobs/wire.ts";
import { chromiumPath, launchBrowser, screenshot } from "../helpers/browser.ts";
import { closeConsole, jobState, openConsole, type SignedIn } from "../helpers/console-page.ts";
import { type LlmServer, startLlmServer } from "../helpers/llm-server.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

/** Each further one waits a minute longer. */
const JOBS = 6;

describe.skipIf(chromiumPath === undefined)("a job that a limit has put off", () => {
  let browser: Browser;
  let llm: LlmServer;
  let test: TestStack;
  let opened: SignedIn | undefined;
  let waiting: Job;

  beforeAll(async () => {
    llm = await startLlmServer();
    const env = { LLM_BACKEND: "openai-compatible", LLM_SERVER_URL: llm.url, LLM_REQUESTS_PER_MINUTE: "1" };
    [browser, test] = await Promise.all([launchBrowser(), startTestStack({ env })]);
    const ids: string[] = [];
    for (let at = 0; at < JOBS; at++) {
      ids.push(await test.submit("summarize", { text: `The river rose in the night ${at} times.` }));
    }
    const jobs = await Promise.all(
      ids.map((id) => test.waitFor(id, ({ ready, status }) => ready || status === "RETRY", 120)),
    );
    const last = jobs
      .filter(({ status }) => status === "RETRY")
      .toSorted((one, other) => untilOf(other) - untilOf(one))[0];
    if (!last) throw new Error("No job was put off.");
    waiting = last;
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await test?.[Symbol.asyncDispose]();
    await llm?.close();
  });
  afterEach(async () => {
    const last = opened;
    opened = undefined;
    await closeConsole(last);
  });

  const untilOf = ({ next_attempt_at: at }: Job): number => Date.parse(at ?? "");
  const open = async (path: string): Promise<Page> => {
    opened = await openConsole(browser, test.stack, { path });
    return opened.page;
  };

  it("has a page that says that it waits, which limit it is, and until when; no attempt was spent", async () => {
    const page = await open(`/jobs/${waiting.task_id}`);
    await page.locator(`.facts time[datetime="${waiting.next_attempt_at}"]`).waitFor();
    expect(await jobState(page).textContent()).toContain("RETRY");

    await page.getByRole("heading", { name: "LimitReachedError" }).waitFor();
    await page.getByText("reached the limit of 1 requests a minute").first().waitFor();
    await page.getByText("No attempt was spent").first().waitFor();
    const attempts = page.locator(".facts dt", { hasText: /^Attempts$/ }).locator("xpath=following-sibling::dd");
    expect(await attempts.textContent()).toBe("0");
    await page.locator(".timeline-waits").first().waitFor();
    await screenshot(page, "job-put-off");

    // It waits as one that was never run does: nothing of it is in the colours of a failure.
    const colours = await page.evaluate<{ waits: string[]; pending: string[] }>(`(() => {
      const of = (element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element).borderLeftColor];
      const probe = document.body.appendChild(document.createElement("p"));
      probe.style.background = "var(--still-soft)";
      probe.style.borderLeft = "1px solid var(--still)";
      const [background] = of(document.querySelector(".timeline-waits"));
      const [, border] = of(document.querySelector(".card-waits"));
      const pending = of(probe);
      probe.remove();
      return { waits: [background, border], pending };
    })()`);
    expect(colours.waits).toEqual(colours.pending);
    expect(await page.locator(".timeline-error, .card-bad, .card-warn").count()).toBe(0);
  });

  it("is told from others in the list", async () => {
    const page = await open("/jobs?status=RETRY");
    const row = page.getByRole("row", { name: /summarize.*LimitReachedError/ }).first();
    await row.waitFor();

    expect(await row.textContent()).toContain("RETRY");
    expect(await row.textContent()).toMatch(/LimitReachedError starts in .+: .*limit of 1 requests a minute/);
    const times = await page
      .getByRole("row")
      .locator("time")
      .evaluateAll((all) => all.map((each) => each.getAttribute("datetime")));
    expect(times).toContain(waiting.next_attempt_at);
    await screenshot(page, "jobs-put-off");
  });
});

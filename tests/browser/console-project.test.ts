/**
 * Which project a page of the console is about, and what a key may open, in a browser.
 *
 * @module
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deadLetterCountsSchema } from "../../contracts/dead-letters/dead-letters.ts";
import { batchAcceptedSchema } from "../../contracts/jobs/batches.ts";
import { acceptedProjectSchema } from "../../contracts/projects/projects.ts";
import { createdKeySchema } from "../../contracts/routes/keys.ts";
import { chromiumPath, launchBrowser, screenshot } from "../helpers/browser.ts";
import { closeConsole, jobState, openConsole, type SignedIn } from "../helpers/console-page.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

describe.skipIf(chromiumPath === undefined)("the console, for a project and a key,", () => {
  let browser: Browser;
  let test: TestStack;
  let opened: SignedIn | undefined;

  beforeAll(async () => {
    [browser, test] = await Promise.all([launchBrowser(), startTestStack({ timeScale: 60 })]);
  });
  afterAll(async () => {
    await browser?.close();
    await test?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    const last = opened;
    opened = undefined;
    await closeConsole(last);
  });

  /** Leaves a screenshot at the width of a small phone as well. */
  const screenshotNarrow = async (page: Page, name: string): Promise<void> => {
    await screenshot(page, name);
    const size = page.viewportSize();
    await page.setViewportSize({ width: 360, height: 740 });
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect.soft(overflow, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
    await screenshot(page, `${name}-narrow`);
    if (size) await page.setViewportSize(size);
  };

  const open = async (path: string): Promise<Page> => {
    opened = await openConsole(browser, test.stack, { path });
    return opened.page;
  };

  it("draws what was counted of the runs over time", async () => {
    await test.waitFor(await test.submit("summarize", { text: "Rain fell. The river rose. People left the town." }));
    const page = await open("/trends?span=6h");

    const chart = (title: string) => page.getByRole("img", { name: new RegExp(`^${title}\\. .*[1-9]`) });
    await chart("Throughput").waitFor();
    await chart("Duration of a run").waitFor();
    await chart("Wait for the first run").waitFor();
    await page.getByRole("img", { name: /^Failure rate\. .*0/ }).waitFor();
    expect(await page.locator(".chart-legend li").count()).toBeGreaterThan(4);
  });

  it("hides the stack's own jobs", async () => {
    await test.waitFor(await test.submit("cleanup_expired_results", { dry_run: true }));
    await test.submit("keywords", { text: "Water" });
    const page = await open("/jobs");
    const row = (task: string) => page.getByRole("row").filter({ hasText: task });
    await row("cleanup_expired_results").first().waitFor();

    await page.getByRole("checkbox", { name: "Hide housekeeping" }).check();

    await row("cleanup_expired_results").first().waitFor({ state: "detached" });
    await row("keywords").first().waitFor();
    expect(new URL(page.url()).searchParams.get("housekeeping")).toBe("hide");
  });

  it("keeps the project that an admin has chosen from page to page", async () => {
    const made = await test.post("/projects?project_id=elsewhere", {
      name: "Tide",
      description: "Tides of a harbour.",
    });
    await test.waitFor(acceptedProjectSchema.parse(await made.json()).task_id);
    const page = await open("/documents");
    const menu = page.getByRole("navigation", { name: "Pages" });
    await menu.getByRole("link", { name: "Projects" }).click();
    await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
    expect(await page.getByRole("link", { name: "Tide" }).count()).toBe(0);
    await page.getByLabel("Project", { exact: true }).fill("elsewhere");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Tide" }).waitFor();
    await menu.getByRole("link", { name: "Overview" }).waitFor();
    await menu.getByRole("link", { name: "Documents" }).click();
    await page.getByText("There are no documents.").waitFor();
    expect(new URL(page.url()).search).toBe("?project=elsewhere");
    // A page that shows no project, a detail page and a key keep it, too.
    await menu.getByRole("link", { name: "Overview" }).click();
    await page.locator(".queue-name").first().waitFor();
    await menu.getByRole("link", { name: "Projects" }).click();
    await page.getByRole("link", { name: "Tide" }).click();
    await page.getByRole("region", { name: "Description" }).waitFor();
    await menu.getByRole("link", { name: "Jobs" }).click();
    await page.locator(".row-link a").first().click();
    await jobState(page).waitFor();
    await page.getByRole("navigation", { name: "Back" }).getByRole("link").click();
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("b");
    await page.getByText("There are no batches.").waitFor();
    expect(new URL(page.url()).search).toBe("?project=elsewhere");
  });

  it("submits for the project that is chosen, one job or a batch, and runs a job again in its own", async () => {
    const page = await open("/jobs?project=submitted-for");
    const shownId = () => new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const copied = async () => {
      await page.getByRole("button", { name: "Copy as curl" }).click();
      await page.getByText("Copied.").first().waitFor();
      return page.evaluate("navigator.clipboard.readText()");
    };
    await page.getByRole("link", { name: "Submit a job" }).click();
    await page.getByRole("link", { name: /^health_check/ }).click();
    await page.getByText("Project: submitted-for.").waitFor();
    expect(await copied()).toContain('"project_id":"submitted-for"');
    await screenshotNarrow(page, "submit-for-a-project");
    await page.getByRole("button", { name: "Submit", exact: true }).click();
    await jobState(page).filter({ hasText: "SUCCESS" }).waitFor();
    const first = shownId();
    expect((await test.job(first)).project_id).toBe("submitted-for");

    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Batches" }).click();
    await page.getByRole("link", { name: "New batch" }).click();
    await page.getByRole("link", { name: /^health_check/ }).click();
    await page.getByRole("button", { name: "Batch", exact: true }).click();
    await page.getByLabel("inputs").fill('{"echo": 1}');
    await page.getByRole("button", { name: "Submit the batch" }).click();
    await page.getByRole("heading", { name: "The one job succeeded" }).waitFor();
    const batch = await test.request(`/batches/${shownId()}`);
    expect(await batch.json()).toMatchObject({ project_id: "submitted-for" });

    // Without a choice, the job's own project counts.
    await page.goto(`/console/jobs/${first}`);
    expect(await copied()).toContain('"project_id":"submitted-for"');
    await page.getByRole("link", { name: "Edit and rerun" }).click();
    await page.getByText("Project: submitted-for.").waitFor();
    await page.getByRole("button", { name: "Submit", exact: true }).click();
    await jobState(page).filter({ hasText: "SUCCESS" }).waitFor();
    expect(shownId()).not.toBe(first);
    expect((await test.job(shownId())).project_id).toBe("submitted-for");
  });

  it("says which filters of the list a revocation does not go by, and leads back to the list", async () => {
    const page = await open("/jobs?since=1h&search=keywords&status=SUCCESS&task=keywords");

    await page.getByRole("link", { name: "Revoke jobs …" }).click();
    await page.getByText("The list showed jobs in the state SUCCESS.").waitFor();
    await page.getByText("the time (the last hour), the words “keywords”").waitFor();
    expect(await page.getByLabel("Task", { exact: true }).inputValue()).toBe("keywords");
    await page.getByText("No unfinished job fits.").waitFor();
    await screenshotNarrow(page, "revoke-from-a-list");

    await page.getByRole("navigation", { name: "Back" }).getByRole("link").click();
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      since: "1h",
      search: "keywords",
      status: "SUCCESS",
      task: "keywords",
    });
  });

  it("lists the jobs of a batch by its field, and revokes by it", async () => {
    const made = await test.post("/batches", { task_name: "health_check", inputs: [{}, {}], delay_seconds: 3_600 });
    const { batch_id: batch } = batchAcceptedSchema.parse(await made.json());
    await test.submit("health_check", {});
    const page = await open("/jobs");

    await page.getByLabel("Batch", { exact: true }).fill(batch);
    await page.keyboard.press("Enter");
    await page.getByText(/^2 jobs/).waitFor();
    await screenshotNarrow(page, "jobs-of-a-batch");

    await page.getByRole("link", { name: "Revoke jobs …" }).click();
    await page.getByRole("button", { name: "Revoke 2 jobs" }).waitFor();
    expect(new URL(page.url()).search).toBe(`?batch=${batch}`);
  });

  it("has the open queue and the chosen task in sight on a small screen", async () => {
    const { queues } = deadLetterCountsSchema.parse(await (await test.request("/dlq")).json());
    const page = await open(`/dead-letters/${queues.at(-1)?.queue}`);
    const tab = page.getByRole("navigation", { name: "Queues" }).locator("[aria-current]");
    await page.setViewportSize({ width: 360, height: 740 });
    await page.reload();
    await tab.waitFor();

    const { x = -1, width = 0 } = (await tab.boundingBox()) ?? {};
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(360);
    await screenshot(page, "dead-letters-of-a-queue-narrow");

    await page.goto("/console/submit/health_check");
    const task = page.getByRole("navigation", { name: "Tasks" }).locator("[aria-current]");
    await task.waitFor();
    const { x: left = -1, width: wide = 0 } = (await task.boundingBox()) ?? {};
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left + wide).toBeLessThanOrEqual(360);
  });

  it("offers a key that may only read no page that it may not use, and says there which scope it needs", async () => {
    const made = await test.post("/keys", { scopes: ["read"], project_id: "readers" });
    const { key } = createdKeySchema.parse(await made.json());
    opened = await openConsole(browser, { url: test.stack.url, apiKey: key }, { path: "/jobs" });
    const { page } = opened;
    await page.getByText("No jobs yet.").waitFor();
    expect(
      await page
        .locator("main")
        .getByRole("link", { name: /Submit/ })
        .count(),
    ).toBe(0);
    const menu = await page.getByRole("navigation", { name: "Pages" }).getByRole("link").allTextContents();
    expect(menu).toContain("Batches");
    for (const hidden of ["Submit", "Trends", "Keys", "Settings"]) expect(menu).not.toContain(hidden);

    for (const [path, scope] of [
      ["submit/summarize", "submit"],
      ["revoke?task=summarize", "submit"],
      ["keys", "project_admin"],
      ["trends", "admin"],
      ["settings", "admin"],
    ]) {
      await page.goto(`/console/${path}`);
      await page.getByText(`This page needs a key with the scope ${scope}.`).waitFor();
      expect(await page.locator("main input, main textarea, main select, main button").count(), path).toBe(0);
    }
    await screenshotNarrow(page, "scope-needed");
  });
});

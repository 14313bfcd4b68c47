const ownKeySchema = keyRoutes.getOwnKey.response.schema;

import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createdKeySchema, keyRoutes } from "../../contracts/routes/keys.ts";
import { reviewContent } from "../../contracts/tasks/escalation.ts";
import { chromiumPath, focusFirstRow, launchBrowser, screenshot, watchedPage } from "../helpers/browser.ts";
import { closeConsole, jobState, openConsole, type SignedIn, signIn } from "../helpers/console-page.ts";
import { type LlmServer, startLlmServer } from "../helpers/llm-server.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

if (chromiumPath === undefined) {
  process.stdout.write("The console is not tested: no Chromium found. Install one, or set CHROMIUM_PATH.\n");
}

const TEXT = "A fifth of the city's drinking water never reaches a tap. Most of it leaks from joints laid before 1960.";
const REFUSAL = {
  kind: "status",
  status: 401,
  body: JSON.stringify({ error: { message: "Incorrect API key provided." } }),
} as const;

describe.skipIf(chromiumPath === undefined)("the console", () => {
  let browser: Browser;
  let llm: LlmServer;
  let test: TestStack;
  let opened: SignedIn | undefined;

  beforeAll(async () => {
    llm = await startLlmServer();
    const env = { LLM_BACKEND: "openai-compatible", LLM_SERVER_URL: llm.url, LLM_MODEL: "test-model" };
    [browser, test] = await Promise.all([launchBrowser(), startTestStack({ env, timeScale: 60 })]);
  });
  afterAll(async () => {
    await browser?.close();
    await test?.[Symbol.asyncDispose]();
    await llm?.close();
  });

  const open = async (path?: string, options: BrowserContextOptions = {}) => {
    opened = await openConsole(browser, test.stack, { ...options, ...(path !== undefined && { path }) });
    return opened;
  };
  afterEach(async () => {
    const last = opened;
    opened = undefined;
    await closeConsole(last);
  });

  /** Fails a summary for good. @returns the job's id */
  async function failedJob(): Promise<string> {
    llm.always(REFUSAL);
    const id = await test.submit("summarize", { text: TEXT });
    await test.waitFor(id, (job) => job.status === "FAILURE");
    return id;
  }

  it("refuses a wrong key and says why; takes a right one, in this tab alone unless asked to remember it", async () => {
    const { page, errors, bytes } = await watchedPage(browser, test.stack.url);
    await page.goto("/console/overview");

    await signIn(page, "slc_wrong");
    await page.getByRole("alert").filter({ hasText: "does not know this key" }).waitFor();
    await screenshot(page, "sign-in-refused");
    expect(errors.splice(0)).toEqual([expect.stringContaining("403")]);

    await signIn(page, test.stack.apiKey);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.getByRole("rowheader", { name: "summarize-high@lambda" }).waitFor();
    await screenshot(page, "overview");
    expect(await page.evaluate("JSON.stringify(localStorage)")).not.toContain(test.stack.apiKey);

    await page.reload();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    const other = await page.context().newPage();
    await other.goto("/console/overview");
    await other.getByLabel("API key").waitFor();

    await other.getByLabel("Remember in this browser").check();
    await signIn(other, test.stack.apiKey);
    await other.getByRole("heading", { name: "Overview" }).waitFor();
    const third = await page.context().newPage();
    await third.goto("/console/overview");
    await third.getByRole("heading", { name: "Overview" }).waitFor();
    await third.getByRole("button", { name: "Sign out" }).click();
    await other.getByText("You signed out in another tab.").waitFor();
    expect(await third.evaluate("JSON.stringify(localStorage)")).not.toContain(test.stack.apiKey);

    // The first tab had the same key: signing out forgets it everywhere.
    await page.getByText("You signed out in another tab.").waitFor();
    await page.getByLabel("API key").waitFor();
    expect(await page.evaluate("JSON.stringify(sessionStorage)")).toBe("{}");
    const total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
    expect(bytes.size).toBe(2);
    expect(total).toBeLessThan(60_000);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("finds a failed job, reads its error, redrives it from the dead letters and sees it succeed", async () => {
    const id = await failedJob();
    const { page } = await open("/jobs");

    await page.getByLabel("State").selectOption("FAILURE");
    await page.getByRole("link", { name: id.slice(0, 8) }).click();
    await page.getByRole("heading", { name: "AuthenticationError" }).waitFor();
    await page.getByText("Incorrect API key provided.").first().waitFor();
    await screenshot(page, "job-failed");

    llm.always({ kind: "answer", content: "A fifth of the water leaks away." });
    await page.getByRole("link", { name: /^Dead letters/ }).click();
    await page.getByRole("link", { name: /AuthenticationError/ }).waitFor();
    await page.getByLabel(`Select job ${id.slice(0, 8)}`).check();
    await screenshot(page, "dead-letters");
    await page.getByRole("button", { name: "Redrive selected" }).click();
    await page.getByRole("dialog").getByText("Dry run: 1 job would be redriven").waitFor();
    await screenshot(page, "redrive");
    await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).click();
    await page.getByText("1 job is redriven.").waitFor();

    await page.goto(`/console/jobs/${id}`);
    await jobState(page).filter({ hasText: "SUCCESS" }).waitFor();
    await page.getByText("A fifth of the water leaks away.").waitFor();
    await page
      .locator(".facts")
      .getByText(/^\d+: \d+ of the prompt, \d+ of the answer/)
      .waitFor();
    await screenshot(page, "job-succeeded");
    expect((await test.job(id)).status).toBe("SUCCESS");
  });

  it("redrives one kind of dead letters at a rate and purges another, leaving the rest alone", async () => {
    const fail = async (status: number) => {
      llm.always({ ...REFUSAL, status });
      const id = await test.submit("keywords", { text: TEXT });
      await test.waitFor(id);
      return id;
    };
    const refused = [await fail(401), await fail(401)];
    const [rejected, unknown] = [await fail(400), await fail(404)];
    llm.always({ kind: "answer" });
    const { page } = await open("/dead-letters/keywords");

    await page.getByRole("button", { name: "Redrive 2 of AuthenticationError" }).click();
    await page.getByRole("dialog").getByLabel("At most this many per second").fill("1");
    await page.getByText("Dry run: 2 jobs would be redriven, over about 1 s.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).click();
    await page.getByRole("link", { name: /AuthenticationError/ }).waitFor({ state: "detached" });
    const redriven = await Promise.all(refused.map((id) => test.waitFor(id, (job) => job.status === "SUCCESS")));
    expect(redriven.map((job) => job.attempts)).toEqual([1, 1]);

    await page.getByRole("link", { name: /answered 404/ }).click();
    await page.getByRole("link", { name: unknown.slice(0, 8) }).focus();
    await page.keyboard.press("x");
    await page.getByRole("heading", { name: "1 selected" }).waitFor();
    await page.getByRole("button", { name: "Purge selected" }).click();
    const confirm = page.getByRole("dialog").getByRole("button", { name: "Purge" });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByRole("dialog").getByLabel("to confirm").fill("keywords");
    await confirm.click();

    await page.getByRole("heading", { name: "1 in keywords" }).waitFor();
    await screenshot(page, "dead-letters-left");
    expect((await test.job(rejected)).status).toBe("FAILURE");
    expect((await test.job(unknown)).status).toBe("FAILURE");
  });

  it("shows a job live, and revokes it while it runs", async () => {
    llm.always({ kind: "hang" });
    const id = await test.submit("summarize", { text: TEXT });
    const { page } = await open(`/jobs/${id}`);
    await jobState(page).filter({ hasText: "STARTED" }).waitFor();
    await screenshot(page, "job-running");

    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();

    await jobState(page).filter({ hasText: "REVOKED" }).waitFor();
    await page.locator(".timeline").getByText("REVOKED", { exact: true }).waitFor();
    expect((await test.job(id)).status).toBe("REVOKED");
  });

  it("submits by the form of a task, after saying at each field what is wrong", async () => {
    llm.always({ kind: "answer", content: "Water leaks." });
    const { page, errors } = await open("/submit");

    await page.getByRole("link", { name: /^summarize/ }).click();
    await page.getByRole("button", { name: "Fill in an example" }).click();
    expect(await page.getByLabel("text").inputValue()).toContain("Anna Berg");
    await page.getByLabel("text").fill(TEXT);
    await page.getByLabel("max_length").fill("3");
    await page.getByLabel("language").fill("english");
    await page.getByRole("button", { name: "Submit" }).click();
    const help = (name: string) =>
      page
        .locator(".field")
        .filter({ has: page.getByLabel(name) })
        .getByRole("alert");
    await help("max_length").filter({ hasText: "5" }).waitFor();
    await help("language").filter({ hasText: "ISO 639-1" }).waitFor();
    expect(await page.evaluate("document.activeElement.name")).toBe("/input/max_length");
    await screenshot(page, "submit-refused");
    expect(errors.splice(0)).toEqual([expect.stringContaining("422")]);

    await page.getByLabel("max_length").fill("40");
    await page.getByLabel("language").fill("en");
    await page.getByRole("button", { name: "Submit" }).click();

    await jobState(page).filter({ hasText: "SUCCESS" }).waitFor();
    await page.getByRole("region", { name: "Result" }).getByText("Water leaks.").waitFor();
    await page.getByRole("link", { name: "Input" }).click();
    await page.getByRole("region", { name: "Input" }).getByText(TEXT).waitFor();
  });

  it("edits a job's input as JSON and runs it as a new one", async () => {
    const first = await test.submit("health_check", { echo: { size: 1 } });
    await test.waitFor(first);
    const { page } = await open(`/jobs/${first}`);

    await page.getByRole("link", { name: "Edit and rerun" }).click();
    await page.getByRole("button", { name: "JSON" }).click();
    await page.getByLabel("input").fill('{"echo": {"size": 2}}');
    await page.getByRole("button", { name: "Submit" }).click();

    await jobState(page).filter({ hasText: "SUCCESS" }).waitFor();
    const second = page.url().split("/").at(-1) ?? "";
    expect(second).not.toBe(first);
    expect((await test.job(second)).result).toMatchObject({ echo: { size: 2 } });
  });

  it("copies a job as a curl command", async () => {
    const id = await test.submit("health_check", { echo: "it's" });
    const { page } = await open(`/jobs/${id}`);

    await page.getByRole("button", { name: "Copy as curl" }).click();
    await page.getByText("Copied.").waitFor();

    const copied = await page.evaluate("navigator.clipboard.readText()");
    expect(copied).toContain(`${test.stack.url}/api/v1/tasks/health_check`);
    expect(copied).toContain(`"echo":"it'\\''s"`);
    expect(copied).not.toContain(test.stack.apiKey);
  });

  it("leads from a job to those that it has waited for, and from each back to it", async () => {
    const id = await test.submit("review_content", { text: TEXT, target_score: 0, language: "en" });
    const { result } = await test.waitFor(id);
    const step = reviewContent.output.parse(result).rounds[0]?.evaluation_task_id ?? "";
    const { page } = await open(`/jobs/${id}`);
    await page
      .getByRole("region", { name: "Timeline" })
      .locator(".timeline")
      .getByRole("link", { name: step.slice(0, 8) })
      .click();
    await page.getByRole("heading", { name: step }).waitFor();

    await page
      .locator("dl")
      .getByRole("link", { name: id.slice(0, 8) })
      .click();

    await page.getByRole("heading", { name: id }).waitFor();
  });

  it("shows text of jobs as text, whatever it looks like", async () => {
    const attack = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const id = await test.submit("health_check", { echo: attack });
    await test.waitFor(id);
    const { page } = await open(`/jobs/${id}`);

    await page.getByRole("region", { name: "Result" }).getByText(attack).waitFor();

    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).toContain("Sluice");
  });

  it("says once in which zone the times of a page are, and nothing where there are none", async () => {
    await test.submit("health_check", {});
    const { page } = await open("/jobs", { timezoneId: "Asia/Tokyo" });

    await page.locator("main time").first().waitFor();
    await page.getByText("Times in Asia/Tokyo (UTC+9)").waitFor();
    await page.goto("/console/submit");
    await page.getByText("Choose a task.").waitFor();
    expect(await page.getByText("Times in").isVisible()).toBe(false);
  });

  it("names both offsets of a zone with daylight saving, as a page may have dates of either", async () => {
    await test.submit("health_check", {});
    const { page } = await open("/jobs", { timezoneId: "Europe/Berlin" });

    await page.getByText("Times in Europe/Berlin (UTC+1 or UTC+2, by the date)").waitFor();
  });

  it("keeps the filters in the address, for back, forward and a colleague", async () => {
    const id = await failedJob();
    const { page } = await open("/jobs?task=summarize&status=FAILURE");
    await page.getByRole("link", { name: id.slice(0, 8) }).click();
    await jobState(page).waitFor();
    await page.getByRole("link", { name: "Timeline" }).click();
    expect(page.url()).toContain(`/console/jobs/${id}?tab=timeline`);

    await page.goBack();
    await page.goBack();
    await page.getByRole("link", { name: id.slice(0, 8) }).waitFor();
    expect(await page.getByLabel("State").inputValue()).toBe("FAILURE");
    expect(await page.getByLabel("Task", { exact: true }).inputValue()).toBe("summarize");

    await page.goForward();
    await jobState(page).waitFor();
    expect(page.url()).toContain(id);
  });

  it("keeps what is typed in the moment that a search begins", async () => {
    const { page } = await open("/jobs");
    const field = page.getByRole("searchbox", { name: "Search jobs" });
    await field.waitFor();

    // The search for the first word begins 350 ms after it.
    const shortlyAfter = await page.evaluate(`(async () => {
      const input = document.querySelector("input[type=search]");
      const type = (text) => {
        input.value = text;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      };
      type("odd");
      await new Promise((resolve) => setTimeout(resolve, 351));
      type("odder");
      await new Promise((resolve) => setTimeout(resolve, 150));
      return input.value;
    })()`);

    expect(shortlyAfter).toBe("odder");
    await page.waitForURL(/search=odder/);
  });

  it("can be used with the keyboard alone", async () => {
    const id = await failedJob();
    const { page } = await open("/overview");

    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await screenshot(page, "keyboard-help");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await page.keyboard.press("g");
    await page.keyboard.press("j");
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type(id.slice(0, 8));
    await page.getByText("1 job found among").waitFor();
    await page.keyboard.press("Escape");
    await focusFirstRow(page);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "AuthenticationError" }).waitFor();

    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toContain("Skip to the content");
  });

  it("says so when the API is gone, keeps what it showed, and recovers", async () => {
    const { page, errors } = await open("/overview");
    await page.clock.install();
    await page.goto("/console/overview");
    await page.locator(".queue-name").first().waitFor();

    await page.route("**/api/**", (route) => route.abort());
    await page.keyboard.press("r");
    await page.locator(".banner").filter({ hasText: "The API does not answer." }).waitFor();
    await page.locator(".queue-name").first().waitFor();
    await page.locator(".page-head").getByText("State unknown").waitFor();
    expect(await page.getByText("All queues reachable").count()).toBe(0);
    await screenshot(page, "api-down");
    // The page tries again by itself after a while, which would take the button away before the click.
    await page.clock.pauseAt(Date.now() + 1_000);
    await page.locator(".banner").waitFor();
    await page.unroute("**/api/**");
    await Promise.all([page.waitForRequest(/\/api\//), page.getByRole("button", { name: "Try now" }).click()]);
    await page.clock.resume();

    await page.locator(".banner").waitFor({ state: "detached" });
    await page.locator(".page-head").getByText("All queues reachable").waitFor();
    expect(errors.splice(0).filter((error) => !error.includes("ERR_FAILED"))).toEqual([]);
  });

  it("asks for nothing while its tab is hidden, and at once when it is seen again", async () => {
    await test.submit("health_check", { echo: 1 });
    const { page } = await open("/overview");
    await page.clock.install();
    await page.goto("/console/jobs");
    await page.getByRole("table").waitFor();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const show = (hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"))`,
      );
    const next = page.waitForRequest(/\/jobs\?/);
    await page.clock.runFor(10_000);
    await next;

    await show(true);
    await page.waitForLoadState("networkidle");
    asked.splice(0);
    await page.clock.runFor(120_000);
    expect(asked).toEqual([]);

    await Promise.all([page.waitForRequest(/\/jobs\?/), show(false)]);
  });

  it("signs out when the key is taken no longer, and says why", async () => {
    const { page, errors } = await open("/jobs");
    await page.getByRole("heading", { name: "Jobs" }).waitFor();

    await page.route("**/api/**", (route) => route.fulfill({ status: 403, json: { message: "Forbidden" } }));
    await page.keyboard.press("r");

    await page.getByText("The API no longer takes this key.").waitFor();
    expect(await page.evaluate("JSON.stringify(sessionStorage)")).toBe("{}");
    expect(errors.splice(0).filter((error) => !error.includes("403"))).toEqual([]);
  });

  it("shows a key that may only read no button to pause a queue", async () => {
    const made = await test.post("/keys", { scopes: ["read"], project_id: "readers" });
    const { key } = createdKeySchema.parse(await made.json());
    opened = await openConsole(browser, { url: test.stack.url, apiKey: key }, { path: "/jobs" });
    const { page } = opened;

    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    await page.getByRole("link", { name: "Overview" }).click();
    await page.locator(".queue-name").first().waitFor();
    expect(await page.getByRole("button", { name: /^Pause/ }).count()).toBe(0);
  });

  it("pauses a queue and resumes it", async () => {
    const { page } = await open("/overview");

    await page.getByRole("button", { name: "Pause queue keywords" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("2 lanes paused").waitFor();
    await screenshot(page, "paused");
    await page.getByRole("button", { name: "Resume queue keywords" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();

    await page.getByText("All queues reachable").waitFor();
  });

  it("makes a key, shows it once, and revokes it", async () => {
    const { page } = await open("/keys");

    await page.getByRole("button", { name: "New key" }).click();
    await page.getByLabel("What it is for").fill("browser test");
    await page.getByLabel("Requests a minute").fill("7");
    await page.getByLabel("Days until it expires").fill("30");
    // It is shown this once: neither a click beside it nor Escape loses it while it is made.
    let answered = () => {};
    const held = new Promise<void>((resolve) => {
      answered = resolve;
    });
    await page.route("**/api/v1/keys", async (route) => {
      if (route.request().method() === "POST") await held;
      await route.continue();
    });
    await page.mouse.click(5, 5);
    await page.getByRole("button", { name: "Make the key" }).click();
    await page.mouse.click(5, 5);
    for (const _ of [1, 2, 3]) await page.keyboard.press("Escape");
    answered();
    await page.locator(".secret code").waitFor();
    await page.mouse.click(5, 5);
    const key = (await page.locator(".secret code").textContent()) ?? "";
    const answer = await test.request("/keys/own", { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
    const { limits, expires_at } = ownKeySchema.parse(await answer.json());
    expect(limits).toEqual({ requests_per_minute: 7 });
    expect(Math.round((Date.parse(expires_at ?? "") - Date.now()) / 86_400_000)).toBe(30);
    await page.getByText("Requests a minute: 7").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Revoke key browser test" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();

    await page.getByRole("cell", { name: "browser test", exact: true }).waitFor({ state: "detached" });
    expect(await page.content()).not.toContain(key);
  });

  it("revokes all keys of a project once its name was typed, and tells which others act for it", async () => {
    for (const body of [{ project_id: "leaky" }, { project_id: "leaky" }, { projects: ["leaky"] }]) {
      expect((await test.post("/keys", { scopes: ["read"], ...body })).status).toBe(201);
    }
    const { page } = await open("/keys");

    await page.getByRole("button", { name: "Revoke all of a project" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Project").fill("leaky");
    await dialog.getByLabel("Type leaky to confirm").fill("leaky");
    await dialog.getByRole("button", { name: "Revoke all" }).click();

    await page.getByText(/2 keys of leaky revoked\. Keys of other projects still act for it: key_/).waitFor();
    await expect.poll(() => page.getByRole("cell", { name: "leaky", exact: true }).count()).toBe(0);
  });
});

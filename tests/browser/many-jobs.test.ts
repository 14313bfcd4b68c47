import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { batchAcceptedSchema } from "../../contracts/jobs/batches.ts";
import { bucketPrefix } from "../../contracts/resources.ts";
import { childKey } from "../../shared/engine/table/addresses.ts";
import { Assembly } from "../helpers/assembly.ts";
import { chromiumPath, focusFirstRow, launchBrowser, screenshot } from "../helpers/browser.ts";
import { closeConsole, jobState, openConsole, type SignedIn } from "../helpers/console-page.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";
import { servicesOf } from "../helpers/stack-services.ts";
import { type Steering, startSteering } from "../helpers/steering.ts";
import { writeJobs } from "../helpers/write-jobs.ts";

const WAITING = { delay_seconds: 3_600 };

describe.skipIf(chromiumPath === undefined)("the console, with many jobs and long ones", () => {
  let browser: Browser;
  let steering: Steering;
  let assembly: Assembly;
  let test: TestStack;
  let opened: SignedIn | undefined;

  beforeAll(async () => {
    [browser, steering] = await Promise.all([launchBrowser(), startSteering()]);
    assembly = await Assembly.synthesize({ TASK_LEASE_SECONDS: "4" });
    const environment = { TEST_STEERING_URL: steering.url };
    await assembly.replaceHandler("default", "tests/fixtures/functions/steered-default.ts", environment);
    test = await startTestStack({ assembly: assembly.directory, timeScale: 60 });
  });
  afterAll(async () => {
    await browser?.close();
    await test?.[Symbol.asyncDispose]();
    await steering?.close();
    await assembly?.remove();
  });
  afterEach(async () => {
    const last = opened;
    opened = undefined;
    await closeConsole(last);
  });
  const open = async (path: string) => {
    opened = await openConsole(browser, test.stack, { path });
    return opened;
  };

  it("moves a running job's progress bar and shows what its code logs, while one looks on", async () => {
    steering.steps = 0;
    const id = await test.submit("health_check", { echo: { steps: 4 } });
    const { page } = await open(`/jobs/${id}`);
    await jobState(page).filter({ hasText: "STARTED" }).waitFor();
    const bar = page.locator(".job-title progress");
    const log = page.getByRole("list", { name: "Log" });

    for (const step of [1, 2, 3]) {
      steering.steps = step;
      await page.locator(`.job-title progress[value="${step}"]`).waitFor();
      expect(await bar.getAttribute("max")).toBe("4");
      await page.getByText(`${step} / 4 · pages`).waitFor();
      await log.getByText(`Read a page. page=${step}`).waitFor();
    }
    expect((await test.job(id)).status).toBe("STARTED");
    await screenshot(page, "job-progress");

    steering.steps = 4;
    await jobState(page).filter({ hasText: "SUCCESS" }).waitFor();
    await log.getByText("Read a page. page=4").waitFor();
    expect(await log.getByRole("listitem").count()).toBe(4);
    await screenshot(page, "job-log");
  });

  it("shows the progress in the list of jobs as well", async () => {
    steering.steps = 2;
    const id = await test.submit("health_check", { echo: { steps: 3 } });
    const { page } = await open("/jobs?status=STARTED");

    await page
      .getByRole("row")
      .filter({ hasText: id.slice(0, 8) })
      .locator('progress[value="2"]')
      .waitFor();
    await screenshot(page, "jobs-progress");

    steering.steps = 3;
    await test.waitFor(id);
    await page.getByText("No job fits these filters.").waitFor();
  });

  it("searches through all jobs, says how far it is, and can be stopped and sent on", async () => {
    await writeJobs(
      servicesOf(test.stack).store,
      { tenant: "archive", count: 2_300, from: Date.now() - 5_000_000 },
      (index) =>
        index === 5 || index === 2_200
          ? { status: "FAILURE", error: { type: "OddError", message: "a needle in the hay", retryable: false } }
          : {},
    );
    const { page } = await open("/jobs?project=archive");
    await page.getByText("50 jobs", { exact: true }).waitFor();
    // Holds the second call until the page was examined.
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/jobs\?.*q=needle.*cursor=/, async (route) => {
      await held;
      await route.continue();
    });

    await page.keyboard.press("/");
    await page.keyboard.type("needle hay");
    await page.getByText("1 job found, searched 1,000 back to").waitFor();
    await page.getByRole("cell", { name: /OddError/ }).waitFor();
    await screenshot(page, "search-running");
    await page.getByRole("button", { name: "Stop" }).click();
    release();
    await page.getByText("1 job found, searched 2,000 back to").waitFor();
    await page.getByText("It ends sooner with a task or a state or a time.").waitFor();

    await page.getByRole("button", { name: "Search further back" }).click();
    await page.getByText("2 jobs found among 2,300").waitFor();
    expect(await page.getByRole("cell", { name: /OddError/ }).count()).toBe(2);
    expect(new URL(page.url()).searchParams.get("search")).toBe("needle hay");
    await screenshot(page, "search-found");
  });

  it("searches 10,000 jobs with eleven requests, and with two where a task narrows them", async () => {
    await writeJobs(
      servicesOf(test.stack).store,
      { tenant: "depot", count: 10_000, from: Date.now() - 20_000_000 },
      (index) => ({
        ...(index % 20 === 7 && { task_name: "keywords", queue: "keywords" }),
        // The oldest but seven.
        ...(index === 7 && { status: "FAILURE", error: { type: "OddError", message: "a needle", retryable: false } }),
      }),
    );
    const { page } = await open("/jobs?project=depot");
    await page.getByText("50 jobs", { exact: true }).waitFor();
    let requests = 0;
    page.on("request", (request) => {
      if (/\/jobs\?.*q=/.test(request.url())) requests += 1;
    });
    const search = async (path: string): Promise<number> => {
      requests = 0;
      const began = performance.now();
      await page.goto(`/console${path}`);
      await page.getByText("1 job found among").waitFor();
      process.stdout.write(`${path}: ${requests} requests, ${Math.round(performance.now() - began)} ms\n`);
      return requests;
    };

    expect(await search("/jobs?project=depot&search=needle")).toBe(11);
    expect(await search("/jobs?project=depot&search=needle&task=keywords")).toBe(2);
  });

  it("revokes by a filter, after showing how many and which, and leaves the rest alone", async () => {
    const submit = (task: string) => test.submit(task, { text: "Water flows downhill." }, WAITING);
    const wanted = await Promise.all(Array.from({ length: 12 }, () => submit("keywords")));
    const other = await submit("summarize");
    const { page } = await open("/jobs?task=keywords");

    await page.getByRole("link", { name: "Revoke jobs …" }).click();
    await page.getByText("jobs would be revoked.").waitFor();
    expect(await page.locator(".dry-run b").textContent()).toBe("12");
    expect(await page.locator("tbody tr").count()).toBe(10);
    await page.getByText("and 2 older ones").waitFor();
    expect(page.url()).toContain("/console/revoke?task=keywords");
    await screenshot(page, "revoke-counted");
    // Submitted after the count: not what was agreed to.
    const late = await submit("keywords");

    await page.getByRole("button", { name: "Revoke 12 jobs" }).click();
    await screenshot(page, "revoke-confirm");
    await page.getByRole("dialog").getByRole("button", { name: "Revoke 12 jobs" }).click();
    await page.getByText("12 jobs revoked. Show them").waitFor();

    await screenshot(page, "revoke-done");
    const states = await Promise.all(wanted.map(async (id) => (await test.job(id)).status));
    expect(new Set(states)).toEqual(new Set(["REVOKED"]));
    expect((await test.job(other)).status).toBe("PENDING");
    expect((await test.job(late)).status).toBe("PENDING");
  });

  it("retries and revokes the jobs that are selected, each as its state allows", async () => {
    const inputs = Array.from({ length: 3 }, (_, part) => ({ text: `Water flows downhill, part ${part}.` }));
    const waiting = await Promise.all(
      inputs.map((input) =>
        test.submit("normalize", { request: input.text, schema: { type: "object", properties: {} } }, WAITING),
      ),
    );
    const [revoked = "", kept = "", other = ""] = waiting;
    await test.post(`/jobs/${revoked}/revoke`, {});
    const { page } = await open("/jobs?task=normalize");
    const box = (id: string) => page.getByRole("checkbox", { name: `Select job ${id.slice(0, 8)}` });

    await box(revoked).check();
    await box(kept).check();
    await page.getByRole("heading", { name: "2 selected" }).waitFor();
    await screenshot(page, "jobs-selected");
    await page.getByRole("button", { name: "Revoke selected" }).click();
    await page.getByText("1 job that has not ended will be revoked").waitFor();
    await page.getByText("1 other job that you selected cannot be revoked").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke selected" }).click();
    await page.getByText("1 job revoked.").waitFor();
    expect((await test.job(kept)).status).toBe("REVOKED");
    expect((await test.job(other)).status).toBe("PENDING");
    expect(await page.getByRole("heading", { name: /selected/ }).count()).toBe(0);

    await box(revoked).check();
    await box(other).check();
    await page.getByRole("button", { name: "Retry selected" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Retry selected" }).click();
    await page.getByText("1 job run again.").waitFor();
    expect((await test.waitFor(revoked)).status).not.toBe("REVOKED");
    expect((await test.job(other)).status).toBe("PENDING");
    await test.post("/jobs/revoke", { task_name: "normalize" });
  });

  it("retries all that the filters of the list find, on other pages of it too, after it has counted them", async () => {
    const inputs = Array.from({ length: 53 }, (_, part) => ({ text: `Water flows downhill, part ${part}.` }));
    const answer = await test.post("/batches", { task_name: "keywords", inputs, ...WAITING });
    const { batch_id: batch, task_ids: ids } = batchAcceptedSchema.parse(await answer.json());
    const other = await test.submit("keywords", { text: "Water" }, WAITING);
    await test.post("/jobs/revoke", { task_name: "keywords" });
    const { page } = await open(`/jobs?batch=${batch}&status=PENDING`);
    const dialog = page.getByRole("dialog");

    await page.getByRole("button", { name: "Retry jobs …" }).click();
    await dialog.getByText("The list shows jobs in the state PENDING.").waitFor();
    expect(await dialog.getByRole("button", { name: /^Retry/ }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByLabel("State").selectOption({ label: "FAILURE" });
    await page.getByRole("button", { name: "Retry jobs …" }).click();
    await dialog.getByText("No failed job fits the filters of the list.").waitFor();
    await page.keyboard.press("Escape");

    await page.getByLabel("State").selectOption({ label: "REVOKED" });
    await page.getByRole("button", { name: "Retry jobs …" }).click();
    await dialog.getByText("53 jobs that are revoked and fit").waitFor();
    await screenshot(page, "jobs-retry-found");
    expect((await test.job(ids[0] ?? "")).status).toBe("REVOKED");
    await dialog.getByRole("button", { name: "Retry 53 jobs" }).click();
    await dialog.getByText("53 jobs run again, 0 refused.").waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();

    for (const id of [ids[0], ids.at(-1)]) expect((await test.waitFor(id ?? "")).status).toBe("SUCCESS");
    expect((await test.job(other)).status).toBe("REVOKED");
  });

  it("goes on retrying when somebody clicks beside the dialog, and says what it did when it is closed", async () => {
    const ids = await Promise.all([1, 2].map((echo) => test.submit("health_check", { echo }, WAITING)));
    await test.post("/jobs/revoke", { task_name: "health_check" });
    const { page } = await open("/jobs?task=health_check&status=REVOKED");
    const dialog = page.getByRole("dialog");
    // The first request runs one job, and the second is never sent: who uses the page stops before.
    let answered = () => {};
    const held = new Promise<void>((resolve) => {
      answered = resolve;
    });
    await page.route("**/api/v1/jobs/retry*", async (route) => {
      if (z.object({ dry_run: z.boolean().optional() }).parse(route.request().postDataJSON()).dry_run)
        return route.continue();
      await held;
      const json = { retried: 1, skipped: 0, dry_run: false, sample: [], next_cursor: "more" };
      await route.fulfill({ json });
    });

    await page.getByRole("button", { name: "Retry jobs …" }).click();
    await dialog.getByRole("button", { name: `Retry ${ids.length} jobs` }).click();
    await dialog.getByText("so far").waitFor();
    await page.mouse.click(5, 5);
    await dialog.getByText("so far").waitFor();
    // The page cannot prevent what a second one does.
    for (const _ of [1, 2, 3]) {
      await page.keyboard.press("Escape");
      await dialog.getByText("so far").waitFor();
    }
    answered();
    await dialog.getByText("Stopped. 1 job runs again").waitFor();
    await page.mouse.click(5, 5);
    await dialog.waitFor({ state: "detached" });
  });

  it("says how many run at least when an error ends a retry, and goes on from there", async () => {
    const { page, errors } = await open("/jobs?status=REVOKED");
    const dialog = page.getByRole("dialog");
    const cursors: (string | undefined)[] = [];
    const refused = { type: "/problems/conflict", title: "Conflict", status: 409, detail: "The table is gone." };
    await page.route("**/api/v1/jobs/retry*", async (route) => {
      const asked = z.object({ dry_run: z.boolean().optional(), cursor: z.string().optional() });
      const { dry_run, cursor } = asked.parse(route.request().postDataJSON());
      const answer = { retried: 2, skipped: 3, dry_run: dry_run === true, sample: [], next_cursor: null };
      if (dry_run) return route.fulfill({ json: answer });
      cursors.push(cursor);
      if (cursor === undefined)
        return route.fulfill({ json: { ...answer, retried: 1, skipped: 1, next_cursor: "more" } });
      if (cursors.length === 2) return route.fulfill({ status: 409, json: refused });
      return route.fulfill({ json: { ...answer, retried: 1, skipped: 2 } });
    });

    await page.getByRole("button", { name: "Retry jobs …" }).click();
    await dialog.getByText("3 jobs cannot run again").waitFor();
    await dialog.getByRole("button", { name: "Retry 2 jobs" }).click();
    await dialog.getByText("At least 1 job run again, then: The table is gone.").waitFor();
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByText("2 jobs run again, 3 refused").waitFor();
    expect(cursors).toEqual([undefined, "more", "more"]);
    expect(errors.splice(0)).toEqual([expect.stringContaining("409")]);
  });

  it("says so when every job that fits has lost its document", async () => {
    const { page } = await open("/jobs?status=REVOKED");
    const json = { retried: 0, skipped: 3, dry_run: true, sample: [], next_cursor: null };
    await page.route("**/api/v1/jobs/retry*", (route) => route.fulfill({ json }));

    await page.getByRole("button", { name: "Retry jobs …" }).click();
    await page
      .getByRole("dialog")
      .getByText("3 jobs cannot run again: the document is deleted, or its file never came.")
      .waitFor();
    expect(await page.getByText(/No revoked job fits/).count()).toBe(0);
  });

  it("keeps a confirmation open until its request is answered", async () => {
    const id = await test.submit("health_check", { echo: "kept" }, WAITING);
    const { page } = await open(`/jobs/${id}`);
    const dialog = page.getByRole("dialog");
    let answered = () => {};
    const held = new Promise<void>((resolve) => {
      answered = resolve;
    });
    await page.route("**/revoke", async (route) => {
      await held;
      await route.continue();
    });

    await page.getByRole("button", { name: "Revoke" }).click();
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.mouse.click(5, 5);
    for (const _ of [1, 2, 3]) await page.keyboard.press("Escape");
    expect(await dialog.getByRole("button", { name: "Cancel" }).isDisabled()).toBe(true);
    answered();
    await dialog.waitFor({ state: "detached" });
    await jobState(page).filter({ hasText: "REVOKED" }).waitFor();
  });

  it("shows in the waterfall what a job has submitted, also when it did not wait for it", async () => {
    const [parent = "", child = ""] = await Promise.all([1, 2].map((echo) => test.submit("health_check", { echo })));
    await Promise.all([parent, child].map((id) => test.waitFor(id)));
    const ttl = Math.floor(Date.now() / 1_000) + 86_400;
    await servicesOf(test.stack).store.table.put({ ...childKey(parent, child), ttl });
    const { page } = await open(`/jobs/${parent}?tab=timeline`);

    const rows = page.getByRole("list", { name: "Waterfall" }).getByRole("listitem");
    await rows.getByRole("link", { name: child.slice(0, 8) }).click();
    await page.getByRole("heading", { name: child }).waitFor();
  });

  it("shows the first words of a result in the list", async () => {
    const id = await test.submit("summarize", {
      text: "Rain fell on the hills. The river rose. People left the town.",
    });
    await test.waitFor(id);
    const { page } = await open("/jobs?task=summarize&status=SUCCESS");
    await page
      .getByRole("row")
      .filter({ hasText: id.slice(0, 8) })
      .getByText("Rain fell on the hills")
      .waitFor();
  });

  it("does not revoke without a filter, nor by accident", async () => {
    const id = await test.submit("normalize", { request: "Two beds", schema: { type: "object" } }, WAITING);
    const { page } = await open("/revoke");
    await page.getByText("Which jobs shall not run?").waitFor();
    expect(await page.getByRole("button", { name: /^Revoke/ }).count()).toBe(0);

    await page.getByLabel("Task", { exact: true }).selectOption("normalize");
    await page.getByRole("button", { name: "Revoke 1 job" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    expect((await test.job(id)).status).toBe("PENDING");
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
  });

  it("submits a batch, naming the lines that do not fit, and follows it to its end", async () => {
    const { page, errors } = await open("/submit/health_check");
    await page.getByRole("button", { name: "Batch" }).click();
    expect(page.url()).toContain("mode=batch");
    const inputs = page.getByLabel("inputs");

    await inputs.fill('{"echo": 1}\n{"echo": ');
    await page.getByRole("button", { name: "Submit the batch" }).click();
    await page.getByText("Line 2 is not JSON.").waitFor();
    await inputs.fill('{"echo": 1}\n\n{"sound": 2}');
    await page.getByRole("button", { name: "Submit the batch" }).click();
    await page.getByText(/^Line 3: /).waitFor();
    await screenshot(page, "batch-refused");
    expect(errors.splice(0)).toEqual([expect.stringContaining("422")]);

    steering.steps = 0;
    const lines = [{ echo: 1 }, { echo: 2 }, { echo: { fail: "torn" } }, { echo: { steps: 1 } }];
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    await page.locator('input[type="file"]').setInputFiles({
      name: "inputs.jsonl",
      mimeType: "application/jsonl",
      buffer: Buffer.from(text),
    });
    await page.getByText("4 jobs.").waitFor();
    await page.getByRole("button", { name: "Submit the batch" }).click();

    await page.getByRole("heading", { name: "3 of 4 jobs done" }).waitFor();
    const count = (state: string) => page.locator(".batch-states li").filter({ hasText: state }).locator("b");
    expect(await count("STARTED").textContent()).toBe("1");
    await screenshot(page, "batch-running");
    steering.steps = 1;
    await page.getByRole("heading", { name: "Done: 3 succeeded, 1 failed" }).waitFor();
    expect(await page.getByRole("img").getAttribute("aria-label")).toBe("3 SUCCESS, 1 FAILURE");
    await screenshot(page, "batch-done");

    await page.getByRole("link", { name: /^FAILURE/ }).click();
    await page.getByRole("cell", { name: /InvalidInputError torn/ }).waitFor();
    await page.getByText(/^1 job/).waitFor();
    await focusFirstRow(page);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "InvalidInputError" }).waitFor();
    await page
      .locator(".facts")
      .getByRole("link", { name: /^[0-9a-f]{8}$/ })
      .click();
    await page.getByRole("heading", { name: "Done: 3 succeeded, 1 failed" }).waitFor();
  });

  it("revokes what is left of a batch, or cancels it as a whole", async () => {
    const inputs = Array.from({ length: 3 }, (_, part) => ({ text: `Water flows, part ${part}.` }));
    const answer = await test.post("/batches", { task_name: "summarize", inputs, ...WAITING });
    const { batch_id: id, task_ids: ids } = batchAcceptedSchema.parse(await answer.json());
    const { page } = await open(`/batches/${id}`);

    await page.getByRole("link", { name: "Revoke some …" }).click();
    await page.getByRole("button", { name: "Revoke 3 jobs" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke 3 jobs" }).click();
    await page.getByText("3 jobs revoked. Show them").waitFor();
    await page.goBack();

    await page.getByRole("heading", { name: "Done: 3 revoked" }).waitFor();
    expect((await Promise.all(ids.map((each) => test.job(each)))).map(({ status }) => status)).toEqual(
      ids.map(() => "REVOKED"),
    );

    const second = await test.post("/batches", { task_name: "summarize", inputs, ...WAITING });
    const { batch_id: other } = batchAcceptedSchema.parse(await second.json());
    await page.keyboard.press("g");
    await page.keyboard.press("b");
    await page.getByRole("row", { name: new RegExp(`${other.slice(0, 8)}.*summarize.*RUNNING`) }).waitFor();
    await page.getByRole("link", { name: other.slice(0, 8) }).click();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the batch" }).click();
    await page.getByRole("heading", { name: "Done: 3 revoked" }).waitFor();
    expect(await (await test.request(`/batches/${other}`)).json()).toMatchObject({ status: "CANCELLED", ready: true });
  });

  it("archives dead letters: they leave the list and lie in a file, and others stay", async () => {
    const other = await test.submit("health_check", { echo: { fail: "out of paper" } });
    await test.waitFor(other, ({ status }) => status === "FAILURE");
    const id = await test.submit("health_check", { echo: { fail: "a page is missing" } });
    await test.waitFor(id, ({ status }) => status === "FAILURE");
    const { page } = await open("/dead-letters/default");
    await page.getByRole("link", { name: /a page is missing/ }).click();

    await page.getByLabel(`Select job ${id.slice(0, 8)}`).check();
    await page.getByRole("button", { name: "Archive selected" }).click();
    await page.getByRole("dialog").getByText("Dry run: 1 job would be archived").waitFor();
    await screenshot(page, "archive");
    await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
    await page.getByText("1 job is archived.").waitFor();
    await page.getByRole("link", { name: /a page is missing/ }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: /out of paper/ }).waitFor();

    const { s3, resources } = servicesOf(test.stack);
    const files = await (await s3()).send(
      new ListObjectsV2Command({ Bucket: resources.SLUICE_BUCKET, Prefix: bucketPrefix.archive }),
    );
    expect(files.KeyCount).toBe(1);
    expect((await test.job(id)).status).toBe("FAILURE");
  });
});

/**
 * The console's pages of documents, schedules, webhooks and usage in a browser, as a person uses them.
 *
 * @module
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { batchAcceptedSchema } from "../../contracts/jobs/batches.ts";
import { usageReportSchema } from "../../contracts/llm/usage.ts";
import { acceptedProjectSchema } from "../../contracts/projects/projects.ts";
import { createdKeySchema } from "../../contracts/routes/keys.ts";
import { scheduleSchema } from "../../contracts/schedules/schedules.ts";
import { chromiumPath, launchBrowser, screenshot } from "../helpers/browser.ts";
import { closeConsole, openConsole, type SignedIn } from "../helpers/console-page.ts";
import { eventually } from "../helpers/eventually.ts";
import { type LlmServer, startLlmServer } from "../helpers/llm-server.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../helpers/webhook-receiver.ts";

const TEXT = "A fifth of the city's drinking water never reaches a tap. Most of it leaks from joints laid before 1960.";

describe.skipIf(chromiumPath === undefined)("the console's pages of records", () => {
  let browser: Browser;
  let llm: LlmServer;
  let receiver: WebhookReceiver;
  let test: TestStack;
  let opened: SignedIn | undefined;

  beforeAll(async () => {
    [llm, receiver] = await Promise.all([startLlmServer(), startWebhookReceiver()]);
    const env = {
      LLM_BACKEND: "openai-compatible",
      LLM_SERVER_URL: llm.url,
      LLM_MODEL: "test-model",
      WEBHOOK_ALLOW_LOOPBACK: "true",
      PROJECT_QUEUED_JOBS: "1000",
      PROJECT_RUNNING_JOBS: "50",
      PROJECT_DOCUMENTS_PER_DAY: "2000",
    };
    [browser, test] = await Promise.all([launchBrowser(), startTestStack({ env, timeScale: 60 })]);
  });
  afterAll(async () => {
    await browser?.close();
    await test?.[Symbol.asyncDispose]();
    await llm?.close();
    await receiver?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    const last = opened;
    opened = undefined;
    await closeConsole(last);
  });

  const open = async (path: string): Promise<Page> => {
    opened = await openConsole(browser, test.stack, { path });
    return opened.page;
  };

  it("uploads a document, shows its text, and deletes it", async () => {
    const page = await open("/documents");
    await page.getByText("There are no documents.").waitFor();
    const files = [
      { name: "leaks.txt", mimeType: "text/plain", buffer: Buffer.from(TEXT) },
      { name: "nothing.bin", mimeType: "application/octet-stream", buffer: Buffer.from([0, 1, 2, 255, 254, 0, 0, 7]) },
    ];
    await page.getByLabel("Upload files").setInputFiles(files);
    await page.getByRole("row", { name: /leaks\.txt.*completed/ }).waitFor();
    await page.getByRole("row", { name: /nothing\.bin.*failed/ }).waitFor();
    await screenshot(page, "documents");

    await page.getByRole("link", { name: "leaks.txt" }).click();
    await page.getByRole("region", { name: "Text" }).getByText("never reaches a tap").waitFor();
    await screenshot(page, "document");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Documents", exact: true }).waitFor();
    await page.getByRole("link", { name: "leaks.txt" }).waitFor({ state: "detached" });

    await page.getByRole("link", { name: "nothing.bin" }).click();
    await page.getByRole("region", { name: "What to know" }).waitFor();
  });

  it("uploads with the options that are chosen, and says what is wrong with them first", async () => {
    const page = await open("/documents");
    const asked: URL[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST") asked.push(new URL(request.url()));
    });
    const file = { name: "pipes & more.txt", mimeType: "text/plain", buffer: Buffer.from(`${TEXT} Pipes.`) };
    await page.getByText("How files are read").click();
    await page.getByLabel("ocr").selectOption("never");
    await page.getByLabel("index").check();
    await page.getByLabel("attachments").check();
    await page.getByLabel("then").fill('{"task_name": "keywords"}');
    await page.getByRole("alert").getByText("Give a list of tasks").waitFor();
    await page.getByLabel("Upload files").setInputFiles([file]);
    await page.getByText("then: Give a list of tasks").waitFor();
    expect(asked).toEqual([]);

    await page.getByLabel("then").fill('[{"task_name": "keywords"}]');
    await screenshot(page, "upload-options");
    await page.setViewportSize({ width: 360, height: 800 });
    const box = await page.locator("details.options").boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
    await screenshot(page, "upload-options-narrow");
    await page.setViewportSize({ width: 1_280, height: 900 });
    await page.getByLabel("Upload files").setInputFiles([file]);
    await page.getByRole("row", { name: /pipes & more\.txt.*completed/ }).waitFor();

    const query = Object.fromEntries(asked.at(-1)?.searchParams ?? []);
    expect(query).toMatchObject({ ocr: "never", index: "true", attachments: "true" });
    await page.getByRole("link", { name: "pipes & more.txt" }).click();
    await page.getByRole("region", { name: "What follows" }).getByText("keywords").waitFor();
  });

  it("searches projects and documents, by requests that are not repeated, and deletes a project", async () => {
    const add = async (name: string, description: string) => {
      const made = await test.post("/projects", { name, description, metadata: { year: 2024, tags: ["water"] } });
      await test.waitFor(acceptedProjectSchema.parse(await made.json()).task_id);
    };
    await add("Leak finder", "Sensors listen to water pipes and report leaks.");
    await add("Night choir", "A choir for hospital staff.");
    const page = await open("/projects");
    const searches: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/search")) searches.push(new URL(request.url()).pathname);
    });
    await page.getByRole("row", { name: /Night choir completed A choir for hospital staff\. year: 2024/ }).waitFor();
    await page.getByLabel("Search projects").fill("leaking water pipes");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    const found = page.getByRole("region", { name: "Found projects" });
    await found.getByText("by words").waitFor();
    await found.getByRole("row", { name: /^Leak finder 0\.\d{3} Sensors/ }).waitFor();
    expect(new URL(page.url()).search).toBe("?search=leaking+water+pipes");
    // Seen again, a page is asked for again; a search costs a call of the embedding server.
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect.poll(() => searches).toEqual(["/api/v1/projects/search", "/api/v1/projects/search"]);

    await found.getByRole("link", { name: "Leak finder" }).click();
    await page.getByText("384 numbers by hash-v1").waitFor();
    await page.getByRole("region", { name: "Description" }).getByText("report leaks").waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
    await page.getByRole("link", { name: "Leak finder" }).waitFor({ state: "detached" });

    await page.goto("/console/documents");
    await page.getByLabel("Search the text").fill("drinking water that never reaches a tap");
    await page.keyboard.press("Enter");
    // Uploaded with index by the test before.
    const passages = page.getByRole("region", { name: "Passages" });
    await passages.getByText("Score 0.").first().waitFor();
    await passages.getByText("never reaches a tap").first().waitFor();
    await passages.getByRole("link", { name: "pipes & more.txt" }).waitFor();
    await page.getByRole("button", { name: "Show the list" }).click();
    await page.getByRole("row", { name: /pipes & more/ }).waitFor();
    await page.getByLabel("Search the text").fill("---");
    await page.keyboard.press("Enter");
    await page.getByText("must hold a word").waitFor();

    // As the API answers on a stage without a vector store.
    const detail = "This stage is deployed without the family search, which does that: add search to SLUICE_FAMILIES.";
    await page.route("**/api/v1/*/search*", (route) =>
      route.fulfill({
        status: 404,
        json: { type: "/problems/unknown-task", title: "Unknown task", status: 404, detail },
      }),
    );
    for (const path of ["documents", "projects"]) {
      await page.goto(`/console/${path}?search=water`);
      await page.getByText("This stage has no search.").waitFor();
      await page.getByText("add search to SLUICE_FAMILIES").waitFor();
    }
    const refusals = opened?.errors.splice(0) ?? [];
    expect(refusals.filter((error) => !/ (422|404) /.test(error))).toEqual([]);
  });

  it("shows a key that may only read no button that it may not press", async () => {
    const made = await test.post("/projects", { name: "Reading", description: "What a key may read." });
    const { id, task_id } = acceptedProjectSchema.parse(await made.json());
    await test.waitFor(task_id);
    const { key } = createdKeySchema.parse(await (await test.post("/keys", { scopes: ["read"] })).json());
    opened = await openConsole(browser, { url: test.stack.url, apiKey: key }, { path: `/projects/${id}` });
    await opened.page.getByRole("region", { name: "Description" }).waitFor();
    expect(await opened.page.getByRole("button", { name: "Delete" }).count()).toBe(0);
    await opened.page.goto("/console/documents");
    await opened.page.getByLabel("Search the text").waitFor();
    expect(await opened.page.getByText("Upload files").count()).toBe(0);
  });

  it("shows in the list of batches how many jobs have ended so far, by one request for the page", async () => {
    const inputs = Array.from({ length: 20 }, () => ({}));
    const made = await test.post("/batches", { task_name: "health_check", inputs, delay_seconds: 3_600 });
    const { batch_id: id, task_ids: jobs } = batchAcceptedSchema.parse(await made.json());
    const revoke = (from: number, to: number) =>
      Promise.all(jobs.slice(from, to).map((job) => test.post(`/jobs/${job}/revoke`, {})));
    await revoke(0, 5);
    const page = await open("/batches");
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(new URL(request.url()).pathname));
    const row = page.getByRole("row", { name: id.slice(0, 8) });

    await row.getByText("5 (25 %)").waitFor();
    await revoke(5, 10);
    await row.getByText("10 (50 %)").waitFor();

    expect(asked.filter((path) => path.startsWith("/api/v1/batches/"))).toEqual([]);
    await screenshot(page, "batches");
    await test.post(`/batches/${id}/cancel`, {});
    await row.getByText("all").waitFor();
  });

  it("makes a schedule, runs it now, pauses and deletes it; what is wrong is told by its field", async () => {
    const page = await open("/schedules");
    const ofCatalog = page.getByRole("row", { name: /cleanup_old_documents of the catalog/ });
    await ofCatalog.getByRole("button", { name: "Run now: cleanup_old_documents" }).waitFor();
    expect(await ofCatalog.getByRole("button").count()).toBe(1);
    await page.getByRole("button", { name: "New schedule" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Task").selectOption("summarize");
    await dialog.getByLabel("When").fill("every day");
    await dialog.getByLabel("Time zone").selectOption("Europe/Berlin");
    await dialog.getByLabel("Input, as JSON").fill(JSON.stringify({ text: TEXT }));
    await dialog.getByRole("button", { name: "Make the schedule" }).click();
    await dialog.getByText(/\/cron/).waitFor();
    // The browser reports the refusal, too.
    expect(opened?.errors.splice(0)).toMatchObject([expect.stringContaining("422")]);
    await dialog.getByLabel("When").fill("30 3 * * MON-FRI");
    await dialog.getByLabel("Model config").fill("brief @ 1");
    await dialog.getByRole("button", { name: "Make the schedule" }).click();
    await dialog.getByText(/\/config must be the id/).waitFor();
    await test.post("/llm/configs", { id: "brief", provider: "default", system: "Be brief." });
    await dialog.getByLabel("Model config").fill("brief@1");
    await dialog.getByRole("button", { name: "Make the schedule" }).click();

    const row = page.getByRole("row", { name: /summarize.*30 3 \* \* MON-FRI.*Europe\/Berlin/ });
    await row.waitFor();
    await row.getByRole("button", { name: "Run now: summarize" }).click();
    await page.getByText(/Submitted as job/).waitFor();
    const { schedules } = z
      .object({ schedules: z.array(scheduleSchema) })
      .parse(await (await test.request("/schedules")).json());
    expect(schedules[0]?.config).toMatchObject({ id: "brief", version: 1 });
    await test.request("/llm/configs/brief", { method: "DELETE" });
    await row.getByRole("button", { name: /^Pause/ }).click();
    await row.getByText("paused").waitFor();
    await screenshot(page, "schedules");
    await row.getByRole("button", { name: /^Delete/ }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await row.waitFor({ state: "detached" });
  });

  it("makes a config of a model and another version of it, shows both, and deletes it", async () => {
    const page = await open("/configs");
    await page.getByText("There are no configs.").waitFor();
    await page.getByRole("button", { name: "New config" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Id", { exact: true }).fill("support");
    await dialog.getByLabel("Provider").selectOption("embedded");
    await dialog.getByLabel("Model").fill("large");
    await dialog.getByRole("button", { name: "Make the config" }).click();
    await dialog.getByText(/\/model cannot be given/).waitFor();
    // The browser reports the refusal, too.
    expect(opened?.errors.splice(0)).toMatchObject([expect.stringContaining("422")]);
    await dialog.getByLabel("Provider").selectOption("default");
    await dialog.getByLabel("Instructions").fill("Answer in one sentence.");
    await dialog.getByLabel("max_tokens").fill("200");
    await dialog.getByRole("button", { name: "Make the config" }).click();

    await page.getByRole("link", { name: "support" }).click();
    const first = page.getByRole("region", { name: "Version 1" });
    await first.getByText("Answer in one sentence.").waitFor();
    await page.getByRole("button", { name: "New version" }).click();
    expect(await dialog.getByLabel("Instructions").inputValue()).toBe("Answer in one sentence.");
    await dialog.getByLabel("temperature").fill("0.2");
    await dialog
      .getByLabel("Output schema, as JSON")
      .fill('{"type": "object", "properties": {"part": {"type": "string"}}}');
    await dialog.getByRole("button", { name: "Add the version" }).click();
    await page.getByRole("region", { name: "Version 2" }).getByText("0.2").waitFor();
    await screenshot(page, "config");
    const stored = await (await test.request("/llm/configs/support/versions")).json();
    expect(stored).toMatchObject({
      versions: [
        { version: 2, parameters: { temperature: 0.2, max_tokens: 200 }, output_schema: { type: "object" } },
        { version: 1, provider: "default", model: "large", parameters: { max_tokens: 200 }, output_schema: null },
      ],
    });

    await page.getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("There are no configs.").waitFor();
  });

  it("creates the signing secret once, and shows and repeats deliveries", async () => {
    const page = await open("/webhooks");
    await page.getByText("No webhook was sent.").waitFor();
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    expect(await page.getByText(/whsec_/).count()).toBe(0);

    const id = await test.submit("summarize", { text: TEXT }, { callback_url: receiver.url });
    await test.waitFor(id);
    const row = page.getByRole("row", { name: new RegExp(`${id.slice(0, 8)}.*SUCCESS.*204`) });
    await page.keyboard.press("r");
    await eventually("the webhook", async () => receiver.about(id).length === 1);
    await row.waitFor();
    await screenshot(page, "webhooks");
    await row.getByRole("button", { name: "Redeliver" }).click();
    await eventually("the webhook again", async () => receiver.about(id).length === 2);
    expect(new Set(receiver.about(id).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("takes on an escalation and resolves it with a decision, which a key that reads is not offered", async () => {
    const asked = await test.submit("escalate", { subject: "Publish?", reason: "Two days are named." });
    const { escalation_id: id } = z.object({ escalation_id: z.string() }).parse((await test.waitFor(asked)).result);
    const page = await open("/escalations");
    await page.getByRole("link", { name: "Publish?" }).click();
    await page.getByRole("button", { name: "Acknowledge" }).click();
    await page.getByText("You have taken it on.").waitFor();
    await page.getByRole("row", { name: "acknowledged" }).waitFor();
    await page.getByRole("button", { name: "Resolve" }).click();
    await page.getByLabel("Decision").fill('{"publish": false}');
    await page.getByRole("dialog").getByRole("button", { name: "Resolve" }).click();
    await page.getByRole("region", { name: "Decision" }).getByText("publish").waitFor();
    expect(await page.getByRole("button", { name: /Resolve|Acknowledge/ }).count()).toBe(0);
    expect(await (await test.request(`/escalations/${id}`)).json()).toMatchObject({
      status: "resolved",
      decision: { publish: false },
    });
  });

  it("shows tokens by day and model", async () => {
    const id = await test.submit("keywords", { text: TEXT });
    const { usage } = await test.waitFor(id);
    expect(usage?.total_tokens).toBeGreaterThan(0);
    const page = await open("/usage");
    await page.getByRole("row", { name: new RegExp(`${new Date().toISOString().slice(0, 10)}.*test-model`) }).waitFor();
    await screenshot(page, "usage");
  });

  it("shows the quotas of a project with what is used of them, and in which lane", async () => {
    const waiting = await test.post("/tasks/keywords", { input: { text: TEXT }, delay_seconds: 86_400, priority: 1 });
    const { task_id: id } = z.object({ task_id: z.string() }).parse(await waiting.json());
    const file = { method: "POST", headers: { "content-type": "text/plain" }, body: `${TEXT} Valves.` };
    expect((await test.request("/documents/upload?file_name=valves.txt", file)).status).toBe(202);
    const { quotas } = usageReportSchema.parse(await (await test.request("/usage")).json());
    const used = new Map(quotas.map((each) => [each.quota, each.used]));
    const page = await open("/usage");
    const table = page.getByRole("region", { name: "Quotas" });

    const facts = async (): Promise<string> => (await table.innerText()).replace(/\s+/g, " ");
    await expect.poll(facts).toContain("Jobs waiting in a lane 1 of 1,000 in keywords-low");
    expect(await facts()).toMatch(/Jobs running in a lane \d+ of 50/);
    expect(used.get("documents_per_day")).toBeGreaterThan(0);
    expect(await facts()).toContain(`Documents today ${used.get("documents_per_day")} of 2,000`);
    expect(await facts()).toContain("Uploaded bytes today");
    expect(await facts()).toContain("Requests a second not limited");
    await screenshot(page, "quotas");
    await test.post(`/jobs/${id}/revoke`, {});
  });

  it("offers a key that may only read nothing that it may not do", async () => {
    const made = await test.post("/keys", { project_id: "readers", scopes: ["read"] });
    const { key } = createdKeySchema.parse(await made.json());
    opened = await openConsole(browser, { url: test.stack.url, apiKey: key }, { path: "/documents" });
    const { page } = opened;
    for (const [path, words] of [
      ["documents", "There are no documents."],
      ["batches", "There are no batches."],
      ["projects", "There are no projects."],
      ["schedules", "There are no schedules."],
      ["webhooks", "No webhook was sent."],
      ["usage", "No tokens were used."],
    ]) {
      await page.goto(`/console/${path}`);
      await page.getByText(words ?? "").waitFor();
      expect(await page.locator("main .button-primary, main .file-button").count(), path).toBe(0);
    }
  });
});

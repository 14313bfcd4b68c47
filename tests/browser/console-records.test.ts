/**
 * The console's pages of documents, schedules, webhooks and usage in a browser, as a person uses them.
 *
 * @module
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { batchAcceptedSchema } from "../../contracts/jobs/batches.ts";
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
    await ofCatalog.getByRole("button", { name: "Run cleanup_old_documents now" }).waitFor();
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
    await row.getByRole("button", { name: "Run summarize now" }).click();
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

  it("shows tokens by day and model", async () => {
    const id = await test.submit("keywords", { text: TEXT });
    const { usage } = await test.waitFor(id);
    expect(usage?.total_tokens).toBeGreaterThan(0);
    const page = await open("/usage");
    await page.getByRole("row", { name: new RegExp(`${new Date().toISOString().slice(0, 10)}.*test-model`) }).waitFor();
    await screenshot(page, "usage");
  });

  it("offers a key that may only read nothing that it may not do", async () => {
    const made = await test.post("/keys", { project_id: "readers", scopes: ["read"] });
    const { key } = createdKeySchema.parse(await made.json());
    opened = await openConsole(browser, { url: test.stack.url, apiKey: key }, { path: "/documents" });
    const { page } = opened;
    for (const [path, words] of [
      ["documents", "There are no documents."],
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

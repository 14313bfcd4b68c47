import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { acceptedDocumentSchema, passageMatchesSchema } from "../../contracts/documents/documents.ts";
import { batchAcceptedSchema } from "../../contracts/jobs/batches.ts";
import { runHistorySchema } from "../../contracts/monitoring/operations.ts";
import { acceptedProjectSchema } from "../../contracts/projects/projects.ts";
import { chromiumPath, launchBrowser, screenshot } from "../helpers/browser.ts";
import { openConsole } from "../helpers/console-page.ts";
import { eventually } from "../helpers/eventually.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

/** What axe-core reports, in the form that a failed test shows. */
const violationsSchema = z.array(
  z.object({ id: z.string(), help: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
);

const axeOptions = { rules: { "label-content-name-mismatch": { enabled: true } } };

async function accessibilityViolations(page: Page): Promise<string[]> {
  // Through the debugger, as the page's policy allows no foreign script.
  await page.evaluate(axe.source);
  // Off by default, as it is experimental: what a button shows in words is part of its name.
  const found = violationsSchema.parse(
    await page.evaluate(`axe.run(${JSON.stringify(axeOptions)}).then((result) => result.violations)`),
  );
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" | ")}`);
}

const looks = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  narrow: { colorScheme: "light", viewport: { width: 360, height: 740 }, hasTouch: true },
  small: { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true },
} as const;

/** Texts and buttons in the lists of jobs and keys that reach beyond the screen, and links beyond what shortens them. */
const CUT_OFF = `[...document.querySelectorAll(".jobs td > *, .keys td > *, .records td > *, .waterfall .ellipsis > a")]
  .filter((cell) => cell.getBoundingClientRect().right > (cell.closest(".ellipsis")?.getBoundingClientRect().right ?? innerWidth))
  .map((cell) => cell.textContent || cell.getAttribute("aria-label"))`;

/** Buttons and links without a word that can be seen. */
const WORDLESS = `[...document.querySelectorAll("button, a")]
  .filter((each) => each.checkVisibility() && !/\\p{L}|\\d/u.test(each.innerText))
  .map((each) => each.outerHTML)`;

/** A dialog, by the page that it opens on. */
interface Opening {
  readonly path: string;
  readonly open: (page: Page) => Promise<void>;
}

const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole("main").getByRole("button", { name }).first().click();

describe.skipIf(chromiumPath === undefined)("every page of the console", () => {
  let browser: Browser;
  let test: TestStack;
  let pages: readonly (readonly [name: string, path: string])[];
  let dialogs: Readonly<Record<string, Opening>>;

  beforeAll(async () => {
    [browser, test] = await Promise.all([launchBrowser(), startTestStack({ env: { WEBHOOK_ALLOW_LOOPBACK: "true" } })]);
    const done = await test.submit("keywords", { text: "Acoustic sensors find leaks in old water pipes within days." });
    const failed = await test.submit("normalize", { request: "Two beds", schema: { type: "object", required: ["x"] } });
    await Promise.all([test.waitFor(done), test.waitFor(failed)]);
    const reviewed = await test.submit("review_content", { text: "Water.", target_score: 100, max_rewrites: 1 });
    await test.waitFor(reviewed);
    await test.post("/webhooks/secrets", {});
    const told = await test.submit("health_check", {}, { callback_url: "http://127.0.0.1:9/told" });
    await test.waitFor(told);
    const delayed = await test.submit("delete_project_embedding", { project_id: "p" }, { delay_seconds: 600 });
    await test.post("/keys", { name: "Nightly import of the archive" });
    const embedded = ["Leak finder of the water company", undefined].map(async (name) => {
      const description = `Acoustic sensors listen to water pipes. ${"They report where one leaks. ".repeat(12)}`;
      const project = { name, description, metadata: { year: 2024, tags: ["water", "sensors"], active: true } };
      const { id, task_id } = acceptedProjectSchema.parse(await (await test.post("/projects", project)).json());
      await test.waitFor(task_id);
      return id;
    });
    const [project = ""] = await Promise.all(embedded);
    const uploaded = await test.request("/documents/upload?file_name=leaks-in-the-old-town.txt&index=true", {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: "Acoustic sensors find leaks in old water pipes within days.",
    });
    const { id: document, task_id: reading } = acceptedDocumentSchema.parse(await uploaded.json());
    await test.waitFor(reading);
    const passages = async () => {
      const found = await test.post("/documents/search", { query: "leaks" });
      return passageMatchesSchema.parse(await found.json()).matches.length > 0 || undefined;
    };
    await eventually("the document is indexed", passages);
    // Two sweeps, a minute apart: the charts would be looked at as words that say that there are none yet.
    await eventually("runs are counted", async () => {
      const history = await (await test.request("/runs/history?hours=6")).json();
      return runHistorySchema.parse(history).points.length > 0;
    });
    const cron = {
      task_name: "keywords",
      input: { text: "Water" },
      cron: "30 3 * * MON-FRI",
      time_zone: "Europe/Berlin",
    };
    await test.post("/schedules", cron);
    const asked = await test.submit("escalate", {
      subject: "A translation that nobody trusts",
      reason: "The reviewer and the model disagree about the second paragraph.",
      payload: { paragraph: 2 },
    });
    const { result } = await test.waitFor(asked);
    const { escalation_id: escalation } = z.object({ escalation_id: z.string() }).parse(result);
    const inputs = Array.from({ length: 12 }, (_, part) => ({ text: `Water flows downhill, part ${part}.` }));
    const answer = await test.post("/batches", { task_name: "keywords", inputs, delay_seconds: 600 });
    const batch = batchAcceptedSchema.parse(await answer.json()).batch_id;
    await test.request("/llm/providers/own-server", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "llamacpp", base_url: "http://127.0.0.1:9/v1" }),
    });
    const parameters = { temperature: 0.2, max_tokens: 400 };
    const config = { provider: "own-server", model: "qwen3", system: "Answer in one sentence.", parameters };
    const schema = { type: "object", properties: { part: { type: "string" } }, required: ["part"] };
    await test.post("/llm/configs", { id: "support-of-the-shop", ...config });
    await test.post("/llm/configs/support-of-the-shop/versions", { ...config, output_schema: schema });
    await test.post("/queues/extraction/pause", {});
    pages = [
      ["overview", "/overview"],
      ["trends", "/trends?span=6h"],
      ["jobs", "/jobs"],
      ["jobs-between", "/jobs?search=sensors&from=2026-01-01T00:00:00Z"],
      ["batches", "/batches"],
      ["batch", `/batches/${batch}`],
      ["configs", "/configs"],
      ["config", "/configs/support-of-the-shop"],
      ["revoke", `/revoke?batch=${batch}`],
      ["revoke-nothing", "/revoke"],
      ["submit-batch", "/submit/keywords?mode=batch"],
      ["no-jobs", "/jobs?project=nobody"],
      ["job", `/jobs/${done}`],
      ["job-input", `/jobs/${done}?tab=input`],
      ["job-timeline", `/jobs/${done}?tab=timeline`],
      ["job-with-children", `/jobs/${reviewed}?tab=timeline`],
      ["job-json", `/jobs/${done}?tab=json`],
      ["other-job-timeline", `/jobs/${failed}?tab=timeline`],
      ["other-job", `/jobs/${failed}`],
      ["submit-nothing", "/submit"],
      ["submit", "/submit/normalize"],
      ["dead-letters", "/dead-letters"],
      ["documents", "/documents"],
      ["document", `/documents/${document}`],
      ["documents-found", "/documents?search=leaks+in+pipes"],
      ["projects", "/projects"],
      ["projects-found", "/projects?search=where+do+pipes+leak"],
      ["project", `/projects/${project}`],
      ["schedules", "/schedules"],
      ["webhooks", "/webhooks"],
      ["usage", "/usage"],
      ["settings", "/settings"],
      ["escalations", "/escalations"],
      ["escalation", `/escalations/${escalation}`],
      ["keys", "/keys"],
      ["not-found", "/nowhere"],
    ];
    dialogs = {
      "retry-found": {
        path: "/jobs",
        open: async (page) => {
          await press("Retry jobs …")(page);
          await page.getByText("fits the filters").or(page.getByText("fit the filters")).waitFor();
        },
      },
      "retry-selected": {
        path: "/jobs?status=FAILURE",
        open: async (page) => {
          await page
            .getByRole("checkbox", { name: /Select job/ })
            .first()
            .check();
          await press("Retry selected")(page);
        },
      },
      "revoke-selected": {
        path: "/jobs?status=PENDING",
        open: async (page) => {
          await page
            .getByRole("checkbox", { name: /Select job/ })
            .first()
            .check();
          await press("Revoke selected")(page);
        },
      },
      "revoke-job": { path: `/jobs/${delayed}`, open: press("Revoke") },
      "revoke-many": { path: `/revoke?batch=${batch}`, open: press(/^Revoke \d+ jobs/) },
      "cancel-batch": { path: `/batches/${batch}`, open: press(/^Cancel/) },
      "new-schedule": { path: "/schedules", open: press("New schedule") },
      "delete-schedule": { path: "/schedules", open: press(/^Delete the schedule/) },
      "new-config": { path: "/configs", open: press("New config") },
      "new-version": { path: "/configs/support-of-the-shop", open: press("New version") },
      "delete-config": { path: "/configs/support-of-the-shop", open: press("Delete") },
      "resolve-escalation": { path: `/escalations/${escalation}`, open: press("Resolve") },
      "new-secret": { path: "/webhooks", open: press("Rotate") },
      "new-secret-shown": {
        path: "/webhooks",
        open: async (page) => {
          await press("Rotate")(page);
          await page.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
          await page.getByRole("heading", { name: "The new secret" }).waitFor();
        },
      },
      "delete-document": { path: `/documents/${document}`, open: press("Delete") },
      "delete-project": { path: `/projects/${project}`, open: press("Delete") },
      "pause-queue": { path: "/overview", open: press(/^Pause queue/) },
      "resume-queue": { path: "/overview", open: press(/^Resume queue/) },
      "purge-queue": { path: "/overview", open: press(/^Purge queue/) },
      "redrive-group": { path: "/dead-letters", open: press(/^Redrive/) },
      "purge-group": { path: "/dead-letters", open: press(/^Purge/) },
      "archive-group": { path: "/dead-letters", open: press(/^Archive/) },
      "new-key": { path: "/keys", open: press("New key") },
      "new-key-shown": {
        path: "/keys",
        open: async (page) => {
          await press("New key")(page);
          await page.getByLabel("What it is for").fill("Nightly export");
          await page.getByRole("button", { name: "Make the key" }).click();
          await page.getByRole("heading", { name: "The new key" }).waitFor();
        },
      },
      "revoke-key": { path: "/keys", open: press(/^Revoke key/) },
      "revoke-all-keys": { path: "/keys", open: press("Revoke all of a project") },
      help: { path: "/overview", open: (page) => page.keyboard.press("?") },
    };
    // Twenty jobs, documents and projects of all kinds: on a machine that does much else, minutes; and two sweeps.
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    await test?.[Symbol.asyncDispose]();
  });

  it.each(Object.entries(looks))("is accessible and fits the screen: %s", async (as, options) => {
    const { page, errors } = await openConsole(browser, test.stack, options);
    const go = async (path: string) => {
      await page.goto(`/console${path}`);
      await page.locator("main .card, main .empty").first().waitFor();
      await page.getByText("Loading …").first().waitFor({ state: "detached" });
      // Not the words that stand there until the first counts are kept.
      if (path.startsWith("/trends")) await page.locator(".chart").first().waitFor();
    };
    const look = async (name: string) => {
      await screenshot(page, `${name}-${as}`);
      expect.soft(await accessibilityViolations(page), `${name}, ${as}`).toEqual([]);
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect.soft(overflow, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
      const cut = await page.evaluate(CUT_OFF);
      expect.soft(cut, `what ${name}, ${as}, cuts off`).toEqual([]);
      expect.soft(await page.evaluate(WORDLESS), `icons without words: ${name}, ${as}`).toEqual([]);
    };

    for (const [name, path] of pages) {
      await go(path);
      if (name === "job-with-children")
        await page.getByRole("list", { name: "Waterfall" }).getByRole("link").nth(2).waitFor();
      // On a small screen what a tab shows is below what stands above it.
      if (path.includes("tab=")) await page.evaluate('document.querySelector("main .tabs").scrollIntoView()');
      await look(name);
    }
    for (const [name, { path, open }] of Object.entries(dialogs)) {
      await go(path);
      await open(page);
      await page.getByRole("dialog").waitFor();
      await page.getByText("Counting what this would do").waitFor({ state: "detached" });
      await look(`dialog-${name}`);
    }
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key").waitFor();
    await look("sign-in");
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

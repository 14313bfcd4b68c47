/**
 * What an open tab asks for, page by page: the requests that docs/costs.md has the price of, counted in a browser by its clock.
 *
 * @module
 */

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { QUIET_FACTOR } from "../../console/src/live/pace.ts";
import { paces } from "../../console/src/live/paces.ts";
import { API_PREFIX } from "../../contracts/routes/define-route.ts";
import {
  type ConsolePage,
  consolePages,
  countsItself,
  quietEvery,
  type restingPages,
} from "../../scripts/costs/console-pages.ts";
import { chromiumPath, launchBrowser } from "../helpers/browser.ts";
import { fillConsole, withIds } from "../helpers/console-records.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../helpers/webhook-receiver.ts";

/** Notes each request with the times of the page's clock, which is the test's: when it was sent, and when its answer was read. */
const NOTE_REQUESTS = `{
  const asked = (globalThis.asked = []);
  const original = globalThis.fetch;
  globalThis.fetch = async (url, options) => {
    const one = { method: options?.method ?? "GET", url: String(url), at: Date.now(), answered: null };
    asked.push(one);
    const response = await original(url, options);
    const text = response.text.bind(response);
    response.text = async () => {
      const read = await text();
      one.answered = Date.now();
      return read;
    };
    return response;
  };
}`;

const askedSchema = z.array(
  z.object({ method: z.string(), url: z.string(), at: z.number(), answered: z.number().nullable() }),
);
type Asked = z.infer<typeof askedSchema>[number];

const MENU = "/dlq?messages=false";
const REFRESHES = 4;

describe.skipIf(chromiumPath === undefined)("requests of an open tab", () => {
  let browser: Browser;
  let receiver: WebhookReceiver;
  let test: TestStack;
  let ids: Readonly<Record<string, string>>;
  let context: BrowserContext | undefined;

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    const env = { LOG_LEVEL: "ERROR", WEBHOOK_ALLOW_LOOPBACK: "true" };
    [browser, test] = await Promise.all([launchBrowser(), startTestStack({ env })]);
    ids = await fillConsole({ test, receiver: receiver.url }, { records: 1, waiting: 0, spenders: 1 });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await test?.[Symbol.asyncDispose]();
    await receiver?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
  });

  /** Opens a page whose clock stands still but for {@link run}. */
  async function open(path: string): Promise<Page> {
    context = await browser.newContext({ baseURL: test.stack.url, viewport: { width: 1_280, height: 800 } });
    const key = JSON.stringify(test.stack.apiKey);
    await context.addInitScript({ content: NOTE_REQUESTS });
    const page = await context.newPage();
    await page.goto("/console/settings");
    await page.getByLabel("API key").fill(JSON.parse(key));
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 1_000);
    await page.goto(`/console${withIds(path, ids)}`);
    return page;
  }

  const asked = async (page: Page): Promise<Asked[]> => askedSchema.parse(await page.evaluate("asked"));

  /** Lets time pass on the page, in steps, each once all is answered. */
  async function run(page: Page, milliseconds: number, step: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      while ((await asked(page)).some(({ answered }) => answered === null)) await page.waitForTimeout(5);
      await page.clock.runFor(step);
    }
    while ((await asked(page)).some(({ answered }) => answered === null)) await page.waitForTimeout(5);
  }

  const show = (page: Page, hidden: boolean) =>
    page.evaluate(
      `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"))`,
    );

  /** Path below the API's prefix with its query in one order. */
  const named = (url: string): string => {
    const { pathname, searchParams } = new URL(url, "http://console");
    const query = [...searchParams].map(([name, value]) => `${name}=${value}`).sort();
    return pathname.replace(API_PREFIX, "") + (query.length > 0 ? `?${query.join("&")}` : "");
  };

  const pages: readonly ConsolePage[] = consolePages;

  it.each(pages.map((page) => [page.name, page] as const))("%s", async (_, spec) => {
    const step = Math.min(spec.every / 4, 5_000);
    const page = await open(spec.path);
    // Whatever it asks for once, such as the names of tasks.
    await run(page, 500, 100);
    const first = (await asked(page)).length;
    await run(page, spec.every * (REFRESHES + 3), step);

    const all = await asked(page);
    const refreshes = all.slice(first);
    const request = named(API_PREFIX + withIds(spec.request, ids));
    const byPage = refreshes.filter(({ url }) => named(url) === request);
    // One request for a refresh, and beside it the menu's alone.
    const allowed = countsItself(spec) ? [request] : [request, MENU];
    expect([...new Set(refreshes.map(({ url }) => named(url)))].filter((each) => !allowed.includes(each))).toEqual([]);
    expect(refreshes.every(({ method }) => method === "GET")).toBe(true);
    expect(byPage.length).toBeGreaterThanOrEqual(2);
    const own = all.filter(({ url }) => named(url).split("?")[0] === request.split("?")[0]);
    for (const [index, { at }] of own.entries()) {
      const before = own[index - 1]?.answered;
      if (before === undefined || before === null) continue;
      expect(at - before).toBeGreaterThanOrEqual(spec.every);
      // Also what changes all the time may not have: the page's clock is ahead of the stack's.
      expect(at - before).toBeLessThanOrEqual(spec.every * QUIET_FACTOR + step);
    }

    // In the background, nothing; seen again, at once.
    await show(page, true);
    const seen = (await asked(page)).length;
    await run(page, quietEvery(spec) * 2, step);
    expect((await asked(page)).length).toBe(seen);
    await show(page, false);
    await run(page, 100, 50);
    const again = (await asked(page)).slice(seen).map(({ url }) => named(url).split("?")[0]);
    expect(again.sort()).toEqual([...new Set(allowed.map((each) => each.split("?")[0]))].sort());
  });

  const resting: Readonly<Record<(typeof restingPages)[number], string>> = {
    submit: "/submit/keywords",
    settings: "/settings",
    revoke: "/revoke?task=keywords",
    unknown: "/nowhere",
  };

  it.each(Object.entries(resting))("%s asks once, and no more when it is seen again", async (_, path) => {
    const page = await open(path);
    await run(page, 500, 100);
    const first = (await asked(page)).length;
    await run(page, paces.menu * 3, 5_000);
    await show(page, true);
    await show(page, false);
    await run(page, 100, 50);

    const later = (await asked(page)).slice(first).map(({ url }) => named(url));
    expect(new Set(later)).toEqual(new Set([MENU]));
  });
});

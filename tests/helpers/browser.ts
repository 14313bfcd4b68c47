/**
 * A real browser in a test, which notes everything that a page must not do.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const candidates = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/** Path of an installed Chromium; undefined when there is none. */
export const chromiumPath = candidates.find((path) => path !== undefined && existsSync(path));

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath ?? "", args: flags });

/** Tells the test by the console. */
const REPORT_VIOLATIONS = `addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP " + event.violatedDirective + " blocked " + event.blockedURI));`;

/** A page with what it did wrong so far. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors in the console, uncaught exceptions and violations of the content security policy. */
  readonly errors: string[];
  /** Requests to anything but the origin under test. */
  readonly foreign: string[];
  /** Bytes of the console's own files as they came over the network, by path. */
  readonly bytes: Map<string, number>;
}

export async function watchedPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 800 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  await context.addInitScript({ content: REPORT_VIOLATIONS });
  const page = await context.newPage();
  const watched: WatchedPage = { page, errors: [], foreign: [], bytes: new Map() };
  page.on("console", (message) => {
    if (message.type() === "error") watched.errors.push(`${message.text()} ${message.location().url}`);
  });
  page.on("response", async (response) => {
    if (response.status() < 500) return;
    watched.errors.push(`${response.status()} ${response.url()} ${await response.text().catch(String)}`);
  });
  page.on("pageerror", (error) => watched.errors.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) watched.foreign.push(request.url());
  });
  page.on("requestfinished", async (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith("/console/assets/")) return;
    const sizes = await request.sizes().catch(() => undefined);
    if (sizes) watched.bytes.set(pathname, sizes.responseBodySize);
  });
  return watched;
}

const folder = resolve(import.meta.dirname, "../../coverage/screenshots");

/** Saves what the page shows. The path goes to the test's output. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  process.stdout.write(`screenshot ${path}\n`);
}

/** Walks to the first row of a list by its key. Rows are shown a moment before the page takes keys. */
export async function focusFirstRow(page: Page): Promise<void> {
  const focused = async () => {
    await page.keyboard.press("j");
    return (await page.locator("[data-row]:focus").count()) === 1;
  };
  while (!(await focused())) await page.waitForTimeout(100);
}

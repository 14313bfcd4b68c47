/**
 * The console in a browser, as a person uses it.
 *
 * @module
 */

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { type WatchedPage, watchedPage } from "./browser.ts";

export interface SignedIn extends WatchedPage {
  readonly origin: string;
}

/** Opens a page of the console and signs in. @param options.path below /console */
export async function openConsole(
  browser: Browser,
  stack: { readonly url: string; readonly apiKey: string },
  { path = "/overview", ...options }: BrowserContextOptions & { readonly path?: string } = {},
): Promise<SignedIn> {
  const watched = await watchedPage(browser, stack.url, options);
  await watched.page.goto(`/console${path}`);
  await signIn(watched.page, stack.apiKey);
  await watched.page.getByRole("navigation", { name: "Pages" }).waitFor();
  return { ...watched, origin: stack.url };
}

/** Closes what a test has opened. It must be free of errors and requests elsewhere; a test that provokes one takes it out. */
export async function closeConsole(opened: WatchedPage | undefined): Promise<void> {
  const { errors, foreign, page } = opened ?? {};
  await page?.context().close();
  expect(errors ?? []).toEqual([]);
  expect(foreign ?? []).toEqual([]);
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel("API key").fill(key);
  await page.keyboard.press("Enter");
}

/** The state that the page of a job shows. */
export const jobState = (page: Page) => page.locator(".job-title .badge");

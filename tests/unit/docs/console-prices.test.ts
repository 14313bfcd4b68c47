/**
 * The price of an open tab is that of its requests.
 *
 * @module
 */

import { expect, it } from "vitest";
import { type ConsolePage, consolePages, countsItself } from "../../../scripts/costs/console-pages.ts";
import { tabCosts } from "../../../scripts/costs/console-tab.ts";

const page: ConsolePage = { screen: "jobs", name: "jobs", path: "/jobs", request: "/jobs", every: 60_000 };
const counted = { name: "jobs", calls: 1, readUnits: 8, writeUnits: 0, sqs: 0, dollars: 1 };
const REQUEST = 2e-6;
const MINUTES = 43_800;

it("is one refresh a minute, with what it asks of AWS, and a quarter of it where nothing changes", () => {
  const { quiet, busy } = tabCosts(page, counted, REQUEST);
  expect(busy).toBeCloseTo(MINUTES * 3e-6);
  expect(quiet).toBeCloseTo((MINUTES * 3e-6) / 4);
});

it("asks AWS for one of several answers alone where they are given again, until it is slower than they are old", () => {
  const { quiet, busy } = tabCosts({ ...page, freshOneOf: 4 }, counted, REQUEST);
  expect(busy).toBeCloseTo(MINUTES * 2.25e-6);
  expect(quiet).toBeCloseTo((MINUTES * 3e-6) / 4);
});

it("is told of pages by different names", () => {
  const names = consolePages.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(consolePages.filter(countsItself).map(({ screen }) => screen)).toEqual(["overview", "dead-letters"]);
});

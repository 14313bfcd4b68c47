/**
 * docs/costs.md is what its script makes of the template, of counted calls and of stated prices.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultFamilies } from "../../contracts/families.ts";
import { root } from "../../infra/source-files.ts";
import { celeryCosts } from "../../scripts/costs/celery.ts";
import { prices } from "../../scripts/costs/prices.ts";
import { countFamilies, ofNoFamily, priceOf, together } from "../../scripts/costs/stage-costs.ts";
import { renderCosts } from "../../scripts/costs-docs.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
// It throws when the parts of the template are not all of some family.
const families = countFamilies();
const core = together(families.filter(({ family }) => family === "core"));
const standard = together(families.filter(({ family }) => defaultFamilies.includes(family)));

test("the page is what the script makes; if not, run npm run costs-docs", async () => {
  expect(read("docs/costs.md")).toBe(await renderCosts());
});

test("core with its alarms costs less than $5 while nothing runs, with what belongs to no family", () => {
  expect(priceOf(core).together + ofNoFamily.together).toBeLessThan(5);
});

test("the README and the decision say the same", () => {
  const amount = priceOf(standard).together + ofNoFamily.together;
  const readme = read("README.md").replaceAll(/\s+/g, " ");
  expect(readme).toContain(`An idle stage costs about $${Math.round(amount)} a month`);
  expect(readme).toContain(`without them about $${Math.round(amount - priceOf(standard).alarms)}`);
});

test("every price has a page of AWS to check it against, and one place", () => {
  for (const { amount, page } of Object.values(prices)) {
    expect(amount).toBeGreaterThan(0);
    expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\/$/);
  }
});

test("the Celery beside it is the sum of its parts, in two zones", () => {
  for (const { compute, cache, loadBalancer, amount } of celeryCosts()) {
    expect(amount).toBeCloseTo(compute.amount + cache + loadBalancer);
    expect(cache).toBeCloseTo(2 * prices.cacheNode.amount * 730);
  }
});

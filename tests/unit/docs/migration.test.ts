/**
 * The pages about migration show code that runs: every line of "after" is one of the example that the page links, and the
 * examples are run by tests/python/migrate.test.ts.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const folder = join(root, "docs/migration");
const examples = join(root, "clients/python/examples/migrate");
const pages = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const linesOf = (text: string) => text.split("\n").map((line) => line.trimEnd());

/** The blocks of Python on a page, without those that say how it was before. */
function blocksAfter(text: string): string[] {
  const blocks = [...text.matchAll(/^(.*)\n\n```python\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, before = "", code = ""]) => (before === "Before:" ? [] : [code]));
}

it("there is a page for each example, linked from the overview", () => {
  const overview = readFileSync(join(root, "docs/migration.md"), "utf8");
  expect(pages.length).toBe(readdirSync(examples).filter((name) => name.endsWith(".py")).length);
  for (const { name } of pages) expect(overview).toContain(`](migration/${name})`);
});

it.each(pages)("$name shows as new only lines of its example", ({ text }) => {
  const [, example = ""] = /\]\(\.\.\/\.\.\/clients\/python\/examples\/migrate\/(\w+\.py)\)/.exec(text) ?? [];
  const known = new Set(linesOf(readFileSync(join(examples, example), "utf8")));
  const blocks = blocksAfter(text);
  expect(blocks.length).toBeGreaterThan(0);
  expect(blocks.flatMap(linesOf).filter((line) => !known.has(line))).toEqual([]);
});

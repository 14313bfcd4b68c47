/**
 * The pages about migration show code that runs: every block of "after" is an excerpt of the example that the page links, and
 * the examples are run by tests/python/migrate.test.ts. What a block leaves out between two lines, it marks with `# ...`.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readPage } from "../../helpers/doc-commands.ts";
import { dedent, pythonBlocks } from "../../helpers/doc-python.ts";

const root = resolve(import.meta.dirname, "../../..");
const examples = join(root, "clients/python/examples/migrate");
const pages = readdirSync(join(root, "docs/migration")).map((name) => `docs/migration/${name}`);

/** Where an excerpt begins among an example's lines, at or after another; -1 when its lines do not stand together there. */
function placeOf(excerpt: string, lines: readonly string[], from: number): number {
  const { length } = excerpt.split("\n");
  return lines.findIndex((_, at) => at >= from && dedent(lines.slice(at, at + length).join("\n")) === excerpt);
}

/** The parts of a block that are not in an example, in the block's order. */
function partsMissing(code: string, example: string): string[] {
  const lines = example.split("\n");
  const parts = code.split(/^# \.\.\.$/m).map((part) => dedent(part.replace(/^\n+|\n+$/g, "")));
  let from = 0;
  return parts.filter((part) => {
    const at = placeOf(part, lines, from);
    if (at >= 0) from = at + part.split("\n").length;
    return at < 0;
  });
}

it("there is a page for each example, linked from the overview", () => {
  const overview = readPage("docs/migration.md");
  expect(pages.length).toBe(readdirSync(examples).filter((name) => name.endsWith(".py")).length);
  for (const page of pages) expect(overview).toContain(`](${page.replace("docs/", "")})`);
});

it.each(pages)("%s shows as new only excerpts of its example", (page) => {
  const [, example = ""] = /\]\(\.\.\/\.\.\/clients\/python\/examples\/migrate\/(\w+\.py)\)/.exec(readPage(page)) ?? [];
  const source = readFileSync(join(examples, example), "utf8");
  const after = pythonBlocks(page).filter(({ title }) => title !== "Before:");
  expect(after.length).toBeGreaterThan(0);
  expect(after.flatMap(({ code }) => partsMissing(code, source))).toEqual([]);
});

describe("an excerpt", () => {
  const example = "import a\nimport b\n\nclass C:\n    def d():\n        e()\n        f()\n";

  it.each([
    ["lines that stand together", "import a\nimport b\n"],
    ["lines of a body, without its indentation", "def d():\n    e()\n"],
    ["lines with a gap that is marked", "import a\n\n# ...\nclass C:\n    def d():\n"],
  ])("is made of %s", (_, code) => expect(partsMissing(code, example)).toEqual([]));

  it.each([
    ["lines that do not stand together", "import a\nclass C:\n"],
    ["lines of another indentation", "class C:\ndef d():\n"],
    ["lines in another order", "import b\n# ...\nimport a\n"],
    ["lines that begin within one", "port a\n"],
  ])("is not made of %s", (_, code) => expect(partsMissing(code, example)).toHaveLength(1));
});

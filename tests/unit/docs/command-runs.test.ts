/**
 * Every command that the pages show is run: by docs.heavy.test.ts, by docs-programs.heavy.test.ts, or by what is named for it.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import project from "../../../package.json" with { type: "json" };
import { blockCommands, guides, inlineCommands, tableCommands } from "../../helpers/doc-commands.ts";
import { docRuns, isRunByDocsHeavy, textOf } from "../../helpers/doc-runs.ts";

const root = resolve(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const commands = guides
  .flatMap((page) => [...blockCommands(page), ...inlineCommands(page), ...tableCommands(page)])
  .filter((command) => !isRunByDocsHeavy(command));
const runOf = (text: string) => docRuns.find(({ pattern }) => pattern.test(text));

it("every command is run, or named with the reason why not", () => {
  const missing = commands.filter((command) => runOf(textOf(command)) === undefined);
  expect(missing.map(({ page, text }) => `${page}: ${text}`)).toEqual([]);
});

it("there is no rule for a command that no page shows", () => {
  const used = new Set(commands.map((command) => runOf(textOf(command))));
  expect(docRuns.filter((run) => !used.has(run)).map(({ pattern }) => pattern.source)).toEqual([]);
});

it("few commands are not run", () => {
  expect(docRuns.filter((run) => "not" in run).length).toBeLessThan(10);
});

const elsewhere = docRuns.flatMap((run) => ("elsewhere" in run ? [{ pattern: run.pattern, ...run.elsewhere }] : []));

describe("what runs a command elsewhere", () => {
  it.each(elsewhere)("$file has $words", ({ file, words }) => {
    expect(read(file).includes(words), `${file} has no ${words}`).toBe(true);
  });

  // A script of package.json is run by its name, or by the file that it runs.
  it.each(elsewhere.filter(({ pattern }) => pattern.source.includes("npm run ")))(
    "$words is what the script does, for $pattern.source",
    ({ pattern, words }) => {
      const text = commands.map(textOf).find((each) => pattern.test(each)) ?? "";
      const [, script = ""] = /npm run (\S+)/.exec(text) ?? [];
      const [, does = ""] = Object.entries(project.scripts).find(([name]) => name === script) ?? [];
      const isNamed = [`npm run ${script}`, `"run", "${script}"`, `"${script}"`].some((each) => words.includes(each));
      const plain = words.replaceAll(/[",]/g, "");
      expect(isNamed || does.includes(plain), `${script} is ${does}`).toBe(true);
    },
  );
});

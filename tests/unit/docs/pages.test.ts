/**
 * The pages as a newcomer uses them: links lead somewhere, commands are ones that there are.
 *
 * @module
 */

import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { describe, expect, it } from "vitest";
import { createCli } from "../../../cli/cli.ts";
import { createProgram } from "../../../cli/program.ts";
import { catalog } from "../../../contracts/catalog.ts";
import project from "../../../package.json" with { type: "json" };

const root = resolve(import.meta.dirname, "../../..");
const pages = globSync(["*.md", "docs/**/*.md"], { cwd: root });
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** As GitHub makes anchors of headings. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, text = ""]) => text);
  return new Set(
    headings.map((text) =>
      text
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

const withoutBlocks = (markdown: string) => markdown.replace(/^```[\s\S]*?^```$/gm, "");
const withoutCode = (markdown: string) => withoutBlocks(markdown).replaceAll("`", "");

const linksOf = (markdown: string) =>
  [
    ...withoutBlocks(markdown)
      .replace(/`[^`\n]*`/g, "")
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/.test(target));

it.each(pages)("every link of %s leads to a file, and to a heading that it has", (page) => {
  const broken = linksOf(read(page)).filter((target) => {
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? join(root, page) : resolve(root, dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(file, "utf8")).has(anchor);
  });
  expect(broken).toEqual([]);
});

describe("commands in the pages", () => {
  const stream = { write: () => {} };
  const parts = {
    catalog,
    stdout: stream,
    stderr: stream,
    stdin: process.stdin,
    env: {},
    signal: new AbortController().signal,
  };
  const program = createProgram(createCli(parts));
  const guides = pages.filter((page) => !page.includes("decisions") && page !== "docs/cli.md");
  const optionsOf = (command: CommandUnknownOpts): string[] =>
    command.options.flatMap(({ long, short }) => [long, short].filter((name) => name !== undefined));

  /** What is wrong with the words after `sluice`. */
  function faultOf(line: string): string | undefined {
    const words =
      line
        .split(/\s+#\s/)[0]
        ?.trim()
        .split(/\s+/) ?? [];
    let command: CommandUnknownOpts = program;
    for (const word of words) {
      const next = command.commands.find((each) => each.name() === word);
      if (!next) break;
      command = next;
    }
    const [first] = words;
    if (command === program && first !== undefined && /^[a-z]/.test(first)) return `there is no command ${first}`;
    const known = [...optionsOf(command), ...optionsOf(program), "--help"];
    return words
      .filter((word) => /^--?[a-z]/.test(word))
      .map((word) => word.split("=")[0] ?? "")
      .find((option) => !known.includes(option));
  }

  it.each(guides)("%s names commands and options of sluice that there are", (page) => {
    const lines = [...read(page).matchAll(/npx sluice ([^`\n|]+)/g)].map(([, line = ""]) => line);
    expect(lines.map((line) => [line, faultOf(line)]).filter(([, fault]) => fault !== undefined)).toEqual([]);
  });

  it.each(guides)("%s names scripts of the project that there are", (page) => {
    const scripts = [...read(page).matchAll(/npm run ([a-z:-]+)/g)].map(([, script = ""]) => script);
    for (const script of scripts) expect(Object.keys(project.scripts)).toContain(script);
  });
});

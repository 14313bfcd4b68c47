/**
 * The Python on the pages, as Python reads it: each block parses, and what the pages about migration show as new uses no name
 * that the reader has not seen.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requireInCi } from "../helpers/ci-tools.ts";
import { guides } from "../helpers/doc-commands.ts";
import { pythonBlocks } from "../helpers/doc-python.ts";
import { hasPython, howToGetPython } from "../helpers/python-package.ts";

const python = process.env.SLUICE_PYTHON ?? "python3";
const blocks = guides.flatMap((page) => pythonBlocks(page).map((block) => ({ page, ...block })));
const migrations = readdirSync(join(import.meta.dirname, "../../docs/migration")).map(
  (name) => `docs/migration/${name}`,
);

/** What every producer has: its texts, and in a book generator the chapters and sources of its books. */
const ownNames = /^[A-Z]+$|^chapters$|^cited$/;

/** Reads sources as Python does. @returns of each what is wrong with it, and the names that it uses without binding them */
function read(sources: readonly string[]): readonly { readonly fault: string | null; readonly unbound: string[] }[] {
  const code = `
import ast, builtins, json, sys

def read(source):
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError as error:
        return {"fault": f"line {error.lineno}: {error.msg}", "unbound": []}
    bound = set(dir(builtins))
    for node in nodes:
        if isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return {"fault": None, "unbound": sorted(used - bound)}

json.dump([read(source) for source in json.load(sys.stdin)], sys.stdout)`;
  return JSON.parse(execFileSync(python, ["-c", code], { input: JSON.stringify(sources), encoding: "utf8" }));
}

requireInCi("SLUICE_PYTHON", hasPython);

describe.skipIf(!hasPython)(`Python on the pages (skipped where Python lacks something: ${howToGetPython})`, () => {
  it("each block parses", () => {
    expect(new Set(blocks.map(({ page }) => page))).toEqual(
      new Set(["README.md", "clients/python/README.md", "docs/migration.md", ...migrations]),
    );
    const answers = read(blocks.map(({ code }) => code));
    const faults = blocks.map(({ page, code }, at) => ({ page, code, fault: answers[at]?.fault }));
    expect(faults.filter(({ fault }) => fault !== null)).toEqual([]);
  });

  it.each(migrations)("what %s shows as new defines or imports the names that it uses", (page) => {
    const after = blocks.filter((block) => block.page === page && block.title !== "Before:");
    const [all] = read([after.map(({ code }) => code).join("\n")]);
    expect(all?.unbound.filter((name) => !ownNames.test(name))).toEqual([]);
  });

  it("the check finds what does not parse and what is not bound", () => {
    expect(read(["from a import (", "import a.b as c\nfor d in c: print(e)"])).toEqual([
      { fault: expect.stringMatching(/^line 1: /), unbound: [] },
      { fault: null, unbound: ["e"] },
    ]);
  });
});

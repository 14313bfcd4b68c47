/**
 * Documentation comments say something of what is below them: editors show them there.
 *
 * @module
 */

import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const rooms = ["cli", "client", "console/src", "contracts", "framework", "functions", "infra", "local", "shared"];
const sources = rooms
  .flatMap((room) => globSync(`${room}/**/*.{ts,tsx}`, { cwd: root }))
  .filter((path) => !path.endsWith(".d.ts"))
  .map((path) => path.replaceAll("\\", "/"));

/** These implement an interface of the engine, whose documentation holds for all of them. */
const implementations: readonly [folder: RegExp, name: RegExp][] = [
  [/^functions\/queues\//, /^handler$/],
  [/^functions\/tasks\//, /^(run|onFailure)$/],
];
/** Whose source is written as text. */
const templates = /^cli\/scaffold\/(own-app-)?templates\.ts$/;

const EXPORT =
  /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/;

/** Exports of a source that have no documentation comment directly above them, each with its line. */
function undocumented(source: string, path = ""): string[] {
  const lines = source.split("\n");
  const seen = new Set<string>();
  return lines.flatMap((line, index) => {
    const name = EXPORT.exec(line)?.[1];
    if (name === undefined || seen.has(name)) return [];
    seen.add(name);
    if (lines[index - 1]?.trim().endsWith("*/")) return [];
    if (implementations.some(([folder, names]) => folder.test(path) && names.test(name))) return [];
    return [`${path}:${index + 1} ${name}`];
  });
}

/** Lines on which a documentation comment ends that is followed by a blank line and is not the file's own. */
function unbound(source: string): number[] {
  return [...source.matchAll(/^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?=\n)/gm)]
    .filter(([comment]) => !comment.includes("@module"))
    .map(({ index, 0: comment }) => source.slice(0, index + comment.length).split("\n").length - 1);
}

describe("documentation comments", () => {
  it("there are sources to look at", () => {
    expect(sources.length).toBeGreaterThan(400);
  });

  it("every export has one", () => {
    const found = sources
      .filter((path) => !templates.test(path))
      .flatMap((path) => undocumented(readFileSync(join(root, path), "utf8"), path));
    expect(found).toEqual([]);
  });

  it("each stands directly above what it is about; a file's own names the module", () => {
    const found = sources.flatMap((path) =>
      unbound(readFileSync(join(root, path), "utf8")).map((line) => `${path}:${line}`),
    );
    expect(found).toEqual([]);
  });

  it("the checks notice what they look for", () => {
    expect(undocumented("export const a = 1;\n", "x.ts")).toEqual(["x.ts:1 a"]);
    expect(undocumented("/** A. */\nexport const a = 1;\n", "x.ts")).toEqual([]);
    expect(unbound("/** About the file. */\n\nexport const a = 1;\n")).toEqual([1]);
    expect(unbound("/**\n * About.\n *\n * @module\n */\n\nexport const a = 1;\n")).toEqual([]);
  });
});

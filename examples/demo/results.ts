/**
 * The demo's results as a person reads them: a heading per task, an entry per input.
 *
 * @module
 */

import { inspect } from "node:util";
import type { Finished } from "./step.ts";

const WIDTH = 100;
const INDENT = "    ";

export function printResults(finished: readonly Finished[], print: (line?: string) => void): void {
  for (const [group, entries] of Map.groupBy(finished, ({ step }) => step.group)) {
    print(`── ${group} ${"─".repeat(WIDTH - group.length - 4)}`);
    for (const { step, result, problem } of entries) {
      print(`  ${step.title}`);
      for (const line of problem === undefined ? describe(result) : wrap(problem)) print(INDENT + line);
    }
    print();
  }
}

function describe(result: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.entries(result).flatMap(([name, value]) => {
    const width = WIDTH - INDENT.length - LABEL;
    const lines =
      typeof value === "string" ? wrap(value, width) : inspect(value, { depth: 6, breakLength: width }).split("\n");
    const [first = "", ...rest] = lines;
    return [`${name.padEnd(LABEL)}${first}`, ...rest.map((line) => " ".repeat(LABEL) + line)];
  });
}

const LABEL = 20;

/** Breaks text into lines at spaces. */
function wrap(text: string, width = WIDTH - INDENT.length): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

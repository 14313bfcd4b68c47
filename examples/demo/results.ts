import type { Finished } from "./run-job.ts";

/** The demo's results as a person reads them: a heading per task, an entry per input. */

const WIDTH = 100;
const INDENT = "    ";

export function printResults(finished: readonly Finished[], print: (line?: string) => void): void {
  for (const [task, entries] of Map.groupBy(finished, ({ job }) => job.task)) {
    print(`── ${task} ${"─".repeat(WIDTH - task.length - 4)}`);
    for (const { job, result, problem } of entries) {
      print(`  ${job.title}`);
      for (const line of problem === undefined ? describe(result) : wrap(problem)) print(INDENT + line);
    }
    print();
  }
}

function describe(result: unknown): string[] {
  if (result === null || typeof result !== "object") return wrap(String(result));
  return Object.entries(result).flatMap(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const [first = "", ...rest] = wrap(text, WIDTH - INDENT.length - LABEL);
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

/**
 * Examples that the demo does not run, because they need a language model: it says which, and how to run them.
 *
 * @module
 */

import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Inputs of tasks that write: `<task>.<language>.json`. */
const folder = join(import.meta.dirname, "../writing");

/** What the demo says about them, a line each. */
export async function modelExamples(): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return [
    `Not run: ${names.length} examples that need a language model. With one (docs/model-servers.md) and npm start:`,
    ...names.map((name) => `  npx sluice submit ${name.split(".")[0]} --file examples/writing/${name} --wait`),
  ];
}

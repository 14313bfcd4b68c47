#!/usr/bin/env node
/**
 * `sluice-types`: writes the types of a stack's tasks, those of a team's own among them, for `createClient<Tasks>`.
 *
 * @module
 */

import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { taskTypes } from "./api-types.ts";

const USAGE = `Usage: sluice-types <source> [-o FILE]

Writes TypeScript types of a stack's tasks. The source is the URL of a stack, such as http://127.0.0.1:4600, or a file
with its /openapi.json. Without -o, they are written to standard output.
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string", short: "o" }, help: { type: "boolean", short: "h" } },
  });
  const [source, another] = positionals;
  if (values.help) return void process.stdout.write(USAGE);
  if (source === undefined || another !== undefined) throw new Error(`Give one source.\n\n${USAGE}`);
  const text = `// Written by sluice-types from ${source}; do not edit.\n\n${taskTypes(JSON.parse(await read(source)))}`;
  if (values.out === undefined) process.stdout.write(text);
  else await writeFile(values.out, text);
}

async function read(source: string): Promise<string> {
  if (!/^https?:/.test(source)) return await readFile(source, "utf8");
  const url = `${source.replace(/\/(openapi\.json)?$/, "")}/openapi.json`;
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return await response.text();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

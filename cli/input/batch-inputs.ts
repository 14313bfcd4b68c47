import { text as readAll } from "node:stream/consumers";
import type { Stdin } from "../cli.ts";
import { usage } from "../exit-codes.ts";
import { readText } from "./file.ts";
import { parseJson } from "./task-input.ts";

/**
 * Reads the inputs of a batch: JSON lines, or a JSON array.
 * @param file path, or `-` for standard input
 * @throws CliError that names the line at fault
 */
export async function readBatchInputs(file: string, stdin: Stdin): Promise<unknown[]> {
  if (file === "-" && stdin.isTTY) throw usage("Give the inputs with --file FILE, or on standard input.");
  const source = file === "-" ? "standard input" : file;
  const content = file === "-" ? await readAll(stdin) : await readText(file);
  const inputs = content.trimStart().startsWith("[") ? readArray(content, source) : readLines(content, source);
  if (inputs.length === 0) throw usage(`${source}: has no input.`);
  return inputs;
}

function readArray(content: string, source: string): unknown[] {
  const parsed = parseJson(content, source);
  return Array.isArray(parsed) ? parsed : [parsed];
}

const readLines = (content: string, source: string): unknown[] =>
  content
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [parseJson(line, `${source}, line ${index + 1}`)]));

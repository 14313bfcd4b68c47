import { text as readAll } from "node:stream/consumers";
import type { Cli } from "../cli.ts";
import { usage } from "../exit-codes.ts";
import { readText } from "./file.ts";

/** Where a text may come from, and what it is called. */
export interface PromptSource {
  readonly argument?: string | undefined;
  /** Path, or `-` for standard input. */
  readonly file?: string | undefined;
  /** How messages call it. @default "a prompt" */
  readonly what?: string;
}

/**
 * A text for a model: the argument, a file, or standard input.
 * @throws CliError when there is none
 */
export async function readPrompt(cli: Cli, { argument, file, what = "a prompt" }: PromptSource): Promise<string> {
  if (argument !== undefined && file !== undefined) throw usage(`Give ${what} or --file, not both.`);
  if (argument !== undefined) return argument;
  if (file !== undefined && file !== "-") return await readText(file);
  const piped = cli.stdin.isTTY && file === undefined ? "" : await readAll(cli.stdin);
  if (piped.trim() === "") throw usage(`Give ${what}, --file, or text on standard input.`);
  return piped;
}

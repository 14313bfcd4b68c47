import { text as readAll } from "node:stream/consumers";
import type { Cli } from "../cli.ts";
import { usage } from "../exit-codes.ts";
import { readText } from "./file.ts";

/**
 * What a model is asked: the argument, a file, or standard input.
 * @throws CliError when there is none
 */
export async function readPrompt(cli: Cli, argument: string | undefined, file: string | undefined): Promise<string> {
  if (argument !== undefined && file !== undefined) throw usage("Give a prompt or --file, not both.");
  if (argument !== undefined) return argument;
  if (file !== undefined) return await readText(file);
  const piped = cli.stdin.isTTY ? "" : await readAll(cli.stdin);
  if (piped.trim() === "") throw usage("Give a prompt, --file, or text on standard input.");
  return piped;
}

/**
 * The embedded stack's log: a file that only grows, of lines `<time> <function> | <text>`.
 *
 * @module
 */

import { type FileHandle, open } from "node:fs/promises";
import { sleep } from "../../client/sleep.ts";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit-codes.ts";
import { printable } from "../output/text.ts";
import { isShown, type Level, levelOf } from "./level.ts";

/** Which log lines are shown. */
export interface LogOptions {
  /** Function, without stage and prefix. */
  readonly name: string | undefined;
  readonly follow: boolean;
  /** Seconds. */
  readonly since: number;
  readonly filter: string | undefined;
  /** The least severe level that is shown; undefined shows all. */
  readonly level: Level | undefined;
}

const POLL_MS = 200;
const LINE = /^(\S+) (\S+) \| /;

/** @throws CliError when the file cannot be read, or holds nothing of the function that is asked for */
export async function showLogFile(cli: Cli, path: string, options: LogOptions): Promise<void> {
  const oldest = new Date(Date.now() - options.since * 1_000).toISOString();
  const sources = new Set<string>();
  const isNamed = (source: string) =>
    options.name === undefined || source === options.name || source.endsWith(`-${options.name}`);
  const wanted = (line: string): boolean => {
    const [head = "", at = "", source = ""] = LINE.exec(line) ?? [];
    if (source !== "") sources.add(source);
    const { filter, level } = options;
    if (!isNamed(source) || at < oldest || (filter !== undefined && !line.includes(filter))) return false;
    return isShown(levelOf(source, line.slice(head.length)), level);
  };
  const file = await open(path).catch((error: unknown) => {
    throw new CliError("missing", `${path}: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    let position = 0;
    do {
      const { text, next } = await readLines(file, position);
      position = next;
      for (const line of text.split("\n").filter(wanted)) print(cli, line);
      if (options.follow) await sleep(POLL_MS, cli.signal).catch(() => {});
    } while (options.follow && !cli.signal.aborted);
    if (options.name !== undefined && !options.follow && ![...sources].some(isNamed)) {
      const known = [...sources].sort().join(", ");
      throw new CliError("missing", `${options.name} has written nothing. What has: ${known || "nothing yet"}.`);
    }
  } finally {
    await file.close();
  }
}

/** What was added since, up to the last whole line. */
async function readLines(file: FileHandle, from: number): Promise<{ text: string; next: number }> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(Math.max(0, size - from));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  const end = buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1;
  return { text: buffer.toString("utf8", 0, end), next: from + end };
}

function print({ out, options }: Cli, line: string): void {
  const [head = "", at = "", source = ""] = LINE.exec(line) ?? [];
  // Functions put the time into their lines themselves.
  const text = line.slice(head.length).replace(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z /, "");
  const level = levelOf(source, line.slice(head.length));
  if (options.json) out.line(JSON.stringify({ at, function: source, level, message: text }));
  else out.line(`${out.paint("dim", at.slice(11, 23))} ${out.paint("cyan", source)} ${printable(text)}`);
}

/**
 * The `sluice` command without a process: arguments in, output and exit code out.
 *
 * @module
 */

import { Readable } from "node:stream";
import { run } from "../../cli/main.ts";

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliRunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly stdin?: string;
  /** Columns of a terminal; a pipe when left out. */
  readonly columns?: number;
  /** Ctrl-C. */
  readonly signal?: AbortSignal;
}

export async function runCli(argv: readonly string[], options: CliRunOptions = {}): Promise<CliRun> {
  const { env = {}, stdin = "", columns, signal = new AbortController().signal } = options;
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    isTTY: columns !== undefined,
    columns,
    rows: 24,
    write(text: string) {
      written[name] += text;
    },
  });
  const code = await run(argv, {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    stdin: Readable.from(stdin === "" ? [] : [Buffer.from(stdin)]),
    // No test finds the profiles of whoever runs it.
    env: { HOME: "/nonexistent", ...env },
    signal,
  });
  return { code, ...written };
}

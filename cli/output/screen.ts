/**
 * Where a command writes: standard output or standard error, a terminal or not.
 *
 * @module
 */

import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** What is known of the output: width, colors, and whether it is a terminal. */
export interface Screen {
  /** A person reads it as it comes. */
  readonly terminal: boolean;
  /** Width in characters; endless when it is not a terminal. */
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
  line(text?: string): void;
  /** Colours the text where colours are wanted. */
  paint(format: Format, text: string): string;
}

/** The part of a writable stream that the command line uses. */
export interface Stream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours are for terminals; NO_COLOR (no-color.org) takes them away, FORCE_COLOR gives them anywhere. */
export function wantsColor(stream: Pick<Stream, "isTTY">, env: Environment): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: kind } = env;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return stream.isTTY === true && !refused && kind !== "dumb";
}

/** Finds out what an output stream can show. `NO_COLOR` and `FORCE_COLOR` are honored. */
export function createScreen(stream: Stream, env: Environment): Screen {
  const colored = wantsColor(stream, env);
  const terminal = stream.isTTY === true;
  return {
    terminal,
    get columns() {
      return terminal ? stream.columns || 80 : Number.POSITIVE_INFINITY;
    },
    get rows() {
      return terminal ? stream.rows || 24 : Number.POSITIVE_INFINITY;
    },
    write: (text) => void stream.write(text),
    line: (text = "") => void stream.write(`${text}\n`),
    paint: (format, text) => (colored ? styleText(format, text, { validateStream: false }) : text),
  };
}

/**
 * What a task logs, kept with its job as well: the newest lines, so few and short that the head item stays small.
 *
 * @module
 */

import type { LogLine } from "../jobs/record.ts";
import type { TaskLog } from "./context.ts";

const MAX_LINES = 20;
const LINE_CHARACTERS = 300;
/** All lines together. An update bills the whole head item, which is near 1 KB without them. */
const ALL_CHARACTERS = 2_000;

const letters = { info: "i", warn: "w", error: "e" } as const;
type KeptLevel = keyof typeof letters;

/** Keeps the newest lines that a task logged. */
export class JobLog {
  /** For the task: writes to the worker's log, and keeps everything but debugging. */
  readonly log: TaskLog;
  #lines: readonly LogLine[];
  #hasNew = false;

  /**
   * @param earlier lines of earlier attempts
   * @param kept called after each line that is kept
   */
  constructor(
    log: TaskLog,
    {
      attempt,
      earlier,
      now,
      kept,
    }: {
      readonly attempt: number;
      readonly earlier: readonly LogLine[];
      readonly now: () => number;
      readonly kept: () => void;
    },
  ) {
    this.#lines = earlier;
    const keeping =
      (level: KeptLevel): TaskLog[KeptLevel] =>
      (input, ...extra) => {
        log[level](input, ...extra);
        const line = { t: now(), n: attempt, l: letters[level], m: lineOf([input, ...extra]) };
        this.#lines = newest([...this.#lines, line]);
        this.#hasNew = true;
        kept();
      };
    this.log = {
      debug: (input, ...extra) => log.debug(input, ...extra),
      info: keeping("info"),
      warn: keeping("warn"),
      error: keeping("error"),
    };
  }

  /** The lines to store; undefined while this run has added none. */
  get lines(): readonly LogLine[] | undefined {
    return this.#hasNew ? this.#lines : undefined;
  }
}

function newest(lines: readonly LogLine[]): readonly LogLine[] {
  let characters = 0;
  const first = lines.findLastIndex((line, index) => {
    characters += line.m.length;
    return lines.length - index > MAX_LINES || characters > ALL_CHARACTERS;
  });
  return lines.slice(first + 1);
}

/** Message and fields as one line: `A page is blank. page=4`. What has parts of its own is left to the worker's log. */
function lineOf(said: readonly unknown[]): string {
  try {
    const parts = said.flatMap(partsOf).map((text) => text.slice(0, LINE_CHARACTERS));
    return parts.join(" ").replace(/\s+/g, " ").slice(0, LINE_CHARACTERS).toWellFormed();
  } catch {
    // What cannot be made into text must not end the run.
    return "(a line that is not text)";
  }
}

function partsOf(part: unknown): string[] {
  if (part instanceof Error) return [`${part.name}: ${part.message}`];
  if (typeof part !== "object" || part === null) return [String(part)];
  return Object.entries(part).flatMap(([name, value]) => {
    if (value instanceof Error) return [`${name}=${value.name}: ${value.message}`];
    if (!["string", "number", "boolean"].includes(typeof value)) return [];
    return [name === "message" ? String(value) : `${name}=${value}`];
  });
}

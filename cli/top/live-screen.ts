/**
 * A screen that is redrawn in the terminal's second buffer and leaves the first one as it was.
 *
 * @module
 */

import { sleep } from "../../client/sleep.ts";
import type { Cli } from "../cli.ts";
import { reportError } from "../report-error.ts";

const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_LINE_END = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";
const CTRL_C = "\u0003";

/** A full screen in the terminal's alternate buffer, restored at the end. */
export class LiveScreen {
  readonly #cli: Cli;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  /**
   * Looks and draws until q or Ctrl-C. An error of a look is shown, and the next one tried.
   * @param waiting what to show until the first look is there
   * @param look gives what draws the lines, again after a change of size
   */
  async run(interval: number, waiting: string, look: () => Promise<() => string[]>): Promise<void> {
    const { out, stdin, signal } = this.#cli;
    const quit = new AbortController();
    const ended = AbortSignal.any([signal, quit.signal]);
    const onKey = (key: Buffer) => {
      if (key.includes("q") || key.includes(CTRL_C)) quit.abort();
    };
    const leave = () => out.write(LEAVE);
    let lines: () => string[] = () => [waiting];
    const redraw = () => this.#draw(lines());

    out.write(ENTER);
    process.once("exit", leave);
    process.stdout.on("resize", redraw);
    redraw();
    if (stdin.isTTY) {
      stdin.setRawMode?.(true);
      stdin.on("data", onKey).resume();
    }
    try {
      while (!ended.aborted) {
        try {
          lines = await look();
          redraw();
        } catch (error) {
          if (ended.aborted) break;
          // A refused key will be refused again.
          const { exit, line } = reportError(error);
          if (exit !== "unavailable" && exit !== "unreachable") throw error;
          this.#draw([...lines(), out.paint("red", line)]);
        }
        await sleep(interval, ended).catch(() => {});
      }
    } finally {
      if (stdin.isTTY) {
        stdin.setRawMode?.(false);
        stdin.off("data", onKey).pause();
      }
      process.stdout.off("resize", redraw);
      process.off("exit", leave);
      leave();
    }
  }

  #draw(lines: readonly string[]): void {
    this.#cli.out.write(HOME + lines.map((line) => `${line}${CLEAR_LINE_END}\r\n`).join("") + CLEAR_BELOW);
  }
}

/**
 * A screen that is redrawn in the terminal's second buffer and leaves the first one as it was.
 *
 * @module
 */

import { sleep } from "../../client/sleep.ts";
import type { Cli } from "../cli.ts";
import { truncate } from "../output/text.ts";
import { reportError } from "../report-error.ts";
import { keysOf } from "./keys.ts";

const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_LINE_END = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

/** What a live screen shows, and what its keys do. */
export interface LiveView {
  /** Asks for what is shown. An error that may pass is shown, and the next look tried. */
  look(): Promise<void>;
  lines(): readonly string[];
  /**
   * Something was typed.
   * @returns false when the rest that was typed or pasted with it must not count: a question has just been asked
   */
  key(key: string, screen: KeyActions): boolean;
}

/** What a key can do to the screen. */
export interface KeyActions {
  quit(): void;
  redraw(): void;
  /** Looks again at once. */
  refresh(): void;
}

/** A full screen in the terminal's alternate buffer, restored at the end. */
export class LiveScreen {
  readonly #cli: Cli;
  /** Ends the pause before the next look. */
  #pause = new AbortController();
  #again = false;
  /** Why the latest look has failed. */
  #fault: string | undefined;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  /** Looks and draws until the view quits, or Ctrl-C. @param interval between looks, in ms */
  async run(interval: number, view: LiveView): Promise<void> {
    const { out, stdin, signal } = this.#cli;
    const quit = new AbortController();
    const ended = AbortSignal.any([signal, quit.signal]);
    const actions: KeyActions = {
      quit: () => quit.abort(),
      redraw: () => {
        if (!ended.aborted) this.#draw(view.lines());
      },
      refresh: () => {
        this.#again = true;
        this.#pause.abort();
      },
    };
    const onKey = (chunk: Buffer) => {
      for (const key of keysOf(chunk.toString("utf8"))) {
        if (key === "ctrl-c") quit.abort();
        if (ended.aborted || !view.key(key, actions)) return;
      }
    };
    const leave = () => out.write(LEAVE);

    out.write(ENTER);
    process.once("exit", leave);
    process.stdout.on("resize", actions.redraw);
    actions.redraw();
    if (stdin.isTTY) {
      stdin.setRawMode?.(true);
      stdin.on("data", onKey).resume();
    }
    try {
      while (!ended.aborted) await this.#step({ interval, ended, view, actions });
    } finally {
      if (stdin.isTTY) {
        stdin.setRawMode?.(false);
        stdin.off("data", onKey).pause();
      }
      process.stdout.off("resize", actions.redraw);
      process.off("exit", leave);
      leave();
    }
  }

  /** One look, and the pause behind it. */
  async #step({ interval, ended, view, actions }: Step): Promise<void> {
    const { out } = this.#cli;
    this.#again = false;
    try {
      await view.look();
      this.#fault = undefined;
      actions.redraw();
    } catch (error) {
      if (ended.aborted) return;
      // A refused key will be refused again.
      const { exit, line } = reportError(error);
      if (exit !== "unavailable" && exit !== "unreachable") throw error;
      this.#fault = out.paint("red", truncate(line, out.columns));
      actions.redraw();
    }
    this.#pause = new AbortController();
    // Asked for while the look was under way, whose answer may be older.
    if (this.#again) return;
    await sleep(interval, AbortSignal.any([ended, this.#pause.signal])).catch(() => {});
  }

  #draw(all: readonly string[]): void {
    const { out } = this.#cli;
    // The last row stays free: a line end there would move everything up.
    const lines = this.#fault === undefined ? all : [...all.slice(0, out.rows - 2), this.#fault];
    out.write(HOME + lines.map((line) => `${line}${CLEAR_LINE_END}\r\n`).join("") + CLEAR_BELOW);
  }
}

interface Step {
  readonly interval: number;
  readonly ended: AbortSignal;
  readonly view: LiveView;
  readonly actions: KeyActions;
}

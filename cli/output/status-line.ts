/**
 * One line at the foot of a terminal that is drawn over and over; nothing where there is no terminal.
 *
 * @module
 */

import type { Screen } from "./screen.ts";
import { truncate, width } from "./text.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const INTERVAL_MS = 80;
const CLEAR = "\r\u001b[2K";
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** A line at the bottom of a terminal that is rewritten in place; silent in a pipe. */
export class StatusLine {
  readonly #screen: Screen;
  readonly #text: (frame: string) => string;
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  /** @param text the line's content, with the spinner's present picture */
  constructor(screen: Screen, text: (frame: string) => string) {
    this.#screen = screen;
    this.#text = text;
    if (!screen.terminal) return;
    screen.write(HIDE_CURSOR);
    // A process that ends without end() must not leave a terminal without a cursor.
    process.once("exit", this.#restore);
    this.#timer = setInterval(() => {
      this.#frame += 1;
      this.draw();
    }, INTERVAL_MS);
    this.draw();
  }

  draw(): void {
    if (!this.#timer) return;
    const text = this.#text(FRAMES[this.#frame % FRAMES.length] ?? "");
    const columns = this.#screen.columns - 1;
    // Colours are lost where the line must be cut: a cut colour code would be worse.
    this.#screen.write(CLEAR + (width(text) > columns ? truncate(plain(text), columns) : text));
  }

  /** Writes a line that stays, above this one. */
  above(text: string): void {
    if (this.#timer) this.#screen.write(CLEAR);
    this.#screen.line(text);
    this.draw();
  }

  end(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#restore();
    process.off("exit", this.#restore);
  }

  readonly #restore = (): void => this.#screen.write(CLEAR + SHOW_CURSOR);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is removed.
const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, "");

/**
 * Breaks paragraphs into lines.
 *
 * @module
 */

import { syllables } from "./hyphenation.ts";
import type { Face, Typefaces } from "./typefaces.ts";

/** What a stretch of text is beside its letters. */
export interface Mark {
  /** Where it leads to: a web address. */
  readonly link?: string;
  /** Where it leads to: a destination in the file. */
  readonly goTo?: string;
  readonly strike?: boolean;
  readonly color?: string;
  /** How far it is above the line, in points. */
  readonly rise?: number;
}

/** A stretch of text in one style, as it comes from the paragraph. */
export interface Stretch {
  readonly text: string;
  readonly face: Face;
  readonly size: number;
  readonly mark: Mark;
}

/** A part of a line. */
export interface Fragment extends Stretch {
  /** From the left of the line, in points. */
  readonly x: number;
  readonly width: number;
}

/** A line of a paragraph. */
export interface Line {
  readonly fragments: readonly Fragment[];
  readonly width: number;
}

/** How lines are filled. */
export interface LineOptions {
  readonly width: number;
  /** Of the first line, in points. */
  readonly indent?: number;
  readonly align: "justify" | "left" | "center" | "right";
  /** Words are divided by its rules. */
  readonly language: string;
}

/** What is not divided, but by need: letters of one or more styles. */
interface Word {
  readonly parts: readonly Piece[];
  readonly width: number;
  /** Of the space behind it; 0 where none is. */
  readonly space: number;
}
interface Piece extends Stretch {
  readonly width: number;
}

/** Spaces are stretched to at most so much of their width; a line that needs more stays ragged. */
const MOST_STRETCH = 2.6;
const TOKEN = /[^ \t\n]*?(?:[-–—/](?=[\p{L}\p{N}])|(?=[ \t\n])|$)[ \t\n]*/gu;

/** Breaks stretches of text into lines. */
export function breakLines(stretches: readonly (Stretch | "break")[], faces: Typefaces, options: LineOptions): Line[] {
  const breaker = new LineBreaker(faces, options);
  for (const paragraph of paragraphsOf(stretches)) breaker.paragraph(wordsOf(paragraph, faces));
  return breaker.lines;
}

function paragraphsOf(stretches: readonly (Stretch | "break")[]): Stretch[][] {
  const paragraphs: Stretch[][] = [[]];
  for (const stretch of stretches) {
    if (stretch === "break") paragraphs.push([]);
    else paragraphs.at(-1)?.push(stretch);
  }
  return paragraphs;
}

const HYPHEN_AT_END = /[-‐]$/;
const HYPHEN_AT_START = /^[-‐]/;

/** Words may go over stretches: **bold**face is one. */
function wordsOf(stretches: readonly Stretch[], faces: Typefaces): Word[] {
  const words: Word[] = [];
  let open: Piece[] = [];
  const close = (space: number) => {
    if (open.length === 0) {
      const last = words.at(-1);
      if (space > 0 && last?.space === 0) words[words.length - 1] = { ...last, space };
      return;
    }
    words.push({ parts: open, width: open.reduce((sum, { width }) => sum + width, 0), space });
    open = [];
  };
  for (const stretch of stretches) {
    for (const [token] of stretch.text.matchAll(TOKEN)) {
      if (token === "") continue;
      const text = token.replace(/[ \t\n]+$/, "").replaceAll("\u00a0", " ");
      const hasSpace = /[ \t\n]$/.test(token);
      const isPlace = hasSpace || /[-–—/]$/.test(token);
      if (text !== "") {
        for (const part of faces.split(text, stretch.face)) {
          open.push({ ...stretch, ...part, width: faces.width(part.text, part.face, stretch.size) });
        }
      }
      if (isPlace) close(hasSpace ? faces.width(" ", stretch.face, stretch.size) : 0);
    }
  }
  close(0);
  return words;
}

class LineBreaker {
  readonly lines: Line[] = [];
  readonly #faces: Typefaces;
  readonly #options: LineOptions;
  #words: Word[] = [];

  constructor(faces: Typefaces, options: LineOptions) {
    this.#faces = faces;
    this.#options = options;
  }

  paragraph(words: readonly Word[]): void {
    for (const word of words) this.#add(word);
    this.#end(false);
  }

  get #room(): number {
    const indent = this.lines.length === 0 ? (this.#options.indent ?? 0) : 0;
    return this.#options.width - indent;
  }

  #used(): number {
    return this.#words.reduce((sum, { width, space }) => sum + width + space, 0);
  }

  #add(word: Word): void {
    const used = this.#used();
    if (used + word.width <= this.#room + 0.01) {
      this.#words.push(word);
      return;
    }
    const divided = this.#divide(word, this.#room - used);
    if (divided) {
      this.#words.push(divided[0]);
      this.#end(true);
      this.#add(divided[1]);
    } else if (this.#words.length > 0) {
      this.#end(true);
      this.#add(word);
    } else this.#chop(word);
  }

  /** The longest beginning that fits, with a hyphen, and the rest. */
  #divide({ parts, space }: Word, room: number): [Word, Word] | undefined {
    const [piece] = parts;
    if (this.#options.align !== "justify" || parts.length !== 1 || !piece || piece.face === "code") return undefined;
    const [, before = "", core = "", behind = ""] = /^(\P{L}*)(\p{L}+)(\P{L}*)$/u.exec(piece.text) ?? [];
    // A compound is divided at its own hyphens alone: with another one, nobody could tell which belong to it.
    const last = this.#words.at(-1);
    const isBehindHyphen = last?.space === 0 && HYPHEN_AT_END.test(last.parts.at(-1)?.text ?? "");
    if (isBehindHyphen || HYPHEN_AT_START.test(behind)) return undefined;
    const all = syllables(core, this.#options.language);
    for (let count = all.length - 1; count > 0; count--) {
      const head = `${before}${all.slice(0, count).join("")}-`;
      const width = this.#faces.width(head, piece.face, piece.size);
      if (width > room) continue;
      const tail = `${all.slice(count).join("")}${behind}`;
      const tailWidth = this.#faces.width(tail, piece.face, piece.size);
      return [
        { parts: [{ ...piece, text: head, width }], width, space: 0 },
        { parts: [{ ...piece, text: tail, width: tailWidth }], width: tailWidth, space },
      ];
    }
    return undefined;
  }

  /** A word that is longer than a line, as an address is, continues wherever the line ends. */
  #chop({ parts, space }: Word): void {
    for (const piece of parts) {
      let text = "";
      let width = 0;
      for (const [char] of piece.text.matchAll(/\P{M}\p{M}*/gu)) {
        const own = this.#faces.width(char, piece.face, piece.size);
        if (this.#used() + width + own > this.#room && (width > 0 || this.#words.length > 0)) {
          this.#words.push({ parts: [{ ...piece, text, width }], width, space: 0 });
          this.#end(true);
          [text, width] = ["", 0];
        }
        text += char;
        width += own;
      }
      this.#words.push({ parts: [{ ...piece, text, width }], width, space: 0 });
    }
    const last = this.#words.pop();
    if (last) this.#words.push({ ...last, space });
  }

  #end(isFull: boolean): void {
    const indent = this.#options.width - this.#room;
    const words = this.#words;
    this.#words = [];
    const spaces = words.slice(0, -1).reduce((sum, { space }) => sum + space, 0);
    const natural = words.reduce((sum, { width }) => sum + width, 0) + spaces;
    const slack = this.#options.width - indent - natural;
    const stretch = spaces > 0 ? slack / spaces : 0;
    const isJustified = this.#options.align === "justify" && isFull && stretch <= MOST_STRETCH - 1;
    let x = indent + { justify: 0, left: 0, center: slack / 2, right: slack }[this.#options.align];
    const fragments: Fragment[] = [];
    for (const [index, { parts, space }] of words.entries()) {
      for (const [at, part] of parts.entries()) {
        const hasSpace = at === parts.length - 1 && space > 0 && index < words.length - 1;
        // The space is part of the text, so that programs which read the file find it.
        fragments.push({ ...part, text: hasSpace ? `${part.text} ` : part.text, x });
        x += part.width;
      }
      x += space * (isJustified ? 1 + stretch : 1);
    }
    this.lines.push({ fragments, width: natural });
  }
}

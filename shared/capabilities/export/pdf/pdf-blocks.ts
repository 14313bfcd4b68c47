/**
 * Sets the blocks of a chapter onto pages.
 *
 * @module
 */

import type { Code, Heading, List, PhrasingContent } from "mdast";
import type { Block } from "../book/book.ts";
import type { Picture } from "../book/picture.ts";
import { type Flow, PAGE, TEXT_HEIGHT, TEXT_WIDTH } from "./flow.ts";
import { breakLines, type LineOptions, type Stretch } from "./lines.ts";
import { CODE_GROUND, headingSize, INDENT, STEP, sizes, type TextSize } from "./pdf-style.ts";
import { setTable } from "./pdf-table.ts";
import { setLine, setLines } from "./set-text.ts";
import { type InlineState, stretchesOf } from "./stretches.ts";
import type { Element } from "./structure.ts";
import type { Typefaces } from "./typefaces.ts";

/** What the blocks of a file share. */
export interface PdfState extends InlineState {
  readonly flow: Flow;
  readonly faces: Typefaces;
  readonly language: string;
  readonly pictures: ReadonlyMap<string, Picture>;
  /** Called for every heading, for the outline and the table of contents. */
  heading(title: string, depth: number): void;
}

/** The column that blocks are set in. */
interface Column {
  readonly element: Element;
  /** From the left of the page. */
  readonly x: number;
  readonly width: number;
  readonly text: TextSize;
  /** Whether paragraphs are set as in a book: without space between them, with their first lines indented. */
  readonly isBook: boolean;
  /** Drawn beside the first line: a bullet or number. */
  readonly first?: ((y: number) => void) | undefined;
}

/** The column of the whole page. */
export const pageColumn = (element: Element, text: TextSize = sizes.body): Column => ({
  element,
  x: PAGE.left,
  width: TEXT_WIDTH,
  text,
  isBook: true,
});

const BULLETS = ["•", "–", "▪"];

/** Sets blocks. */
export class PdfBlocks {
  readonly #state: PdfState;

  constructor(state: PdfState) {
    this.#state = state;
  }

  blocks(nodes: readonly Block[], column: Column, depth = 0): void {
    let before: Block | undefined;
    for (const node of nodes) {
      const { first, ...rest } = column;
      this.#block(node, before === undefined ? column : rest, { before, depth });
      before = node;
    }
  }

  #block(node: Block, column: Column, { before, depth }: { before: Block | undefined; depth: number }): void {
    const { flow } = this.#state;
    const isOpen = before !== undefined;
    switch (node.type) {
      case "heading":
        this.#heading(node, column);
        return;
      case "paragraph": {
        const follows = column.isBook && before?.type === "paragraph";
        if (isOpen && !follows) flow.gap(column.isBook ? column.text.leading * 0.6 : 3);
        this.#paragraph(node.children, column, follows ? INDENT : 0);
        return;
      }
      case "blockquote": {
        if (isOpen) flow.gap(8);
        const element = column.element.child("BlockQuote");
        const inner = { ...column, element, x: column.x + STEP, width: column.width - 2 * STEP, text: sizes.quote };
        this.blocks(node.children as Block[], { ...inner, isBook: false }, depth);
        flow.gap(2);
        return;
      }
      case "list":
        if (isOpen) flow.gap(depth === 0 ? 7 : 3);
        this.#list(node, column, depth);
        return;
      case "code":
        if (isOpen) flow.gap(8);
        this.#code(node, column);
        return;
      case "table":
        if (isOpen) flow.gap(9);
        setTable(node, column, this.#state);
        flow.gap(5);
        return;
      case "thematicBreak":
        flow.gap(8);
        this.#lines([{ text: "* * *", face: "regular", size: column.text.size, mark: {} }], column, {
          align: "center",
          element: column.element.child("P"),
        });
        flow.gap(4);
        return;
      default:
    }
  }

  #heading({ depth, children }: Heading, column: Column): void {
    const { flow } = this.#state;
    const text = headingSize(depth);
    flow.gap(depth === 2 ? 18 : 13);
    const stretches = stretchesOf(children, { size: text.size, style: { bold: true } }, this.#state);
    const lines = breakLines(stretches, this.#state.faces, { width: column.width, align: "left", language: "" });
    // With the first two lines of what follows.
    flow.need(lines.length * text.leading + 6 + 2 * sizes.body.leading);
    this.#state.heading(stretches.map((each) => (each === "break" ? " " : each.text)).join(""), depth);
    setLines(flow, lines, { element: column.element.child(`H${depth}`), x: column.x, leading: text.leading });
    flow.y += 1;
  }

  /** Pictures are set between paragraphs, at the place where the text refers to them. */
  #paragraph(nodes: readonly PhrasingContent[], column: Column, indent: number): void {
    const { pictures, flow } = this.#state;
    let text: PhrasingContent[] = [];
    let isFirst = true;
    const flush = () => {
      const stretches = stretchesOf(text, { size: column.text.size }, this.#state);
      text = [];
      if (!stretches.some((each) => each !== "break" && each.text.trim() !== "") && isFirst === false) return;
      const { first, ...rest } = column;
      const place = isFirst ? column : rest;
      this.#lines(stretches, place, {
        align: "justify",
        indent: isFirst ? indent : 0,
        element: column.element.child("P"),
      });
      isFirst = false;
    };
    for (const node of nodes) {
      const picture = node.type === "image" ? pictures.get(node.url) : undefined;
      if (!picture || node.type !== "image") text.push(node);
      else {
        if (text.length > 0) flush();
        isFirst = false;
        flow.gap(6);
        this.#picture(picture, node.alt ?? "", column);
        flow.gap(6);
      }
    }
    if (text.length > 0) flush();
  }

  #lines(
    stretches: readonly (Stretch | "break")[],
    { x, width, text, first }: Column,
    { element, ...options }: Omit<LineOptions, "width" | "language"> & { readonly element: Element },
  ): void {
    const { flow, faces, language } = this.#state;
    const lines = breakLines(stretches, faces, { ...options, width, language });
    setLines(flow, lines, { element, x, leading: text.leading, ...(first && { first }) });
  }

  #list({ ordered, start, children }: List, column: Column, depth: number): void {
    const { flow } = this.#state;
    const list = column.element.child("L");
    for (const [index, { checked, children: blocks }] of children.entries()) {
      if (index > 0) flow.gap(2);
      const item = list.child("LI");
      const number = ordered ? `${(start ?? 1) + index}.` : (BULLETS[Math.min(depth, 2)] ?? "•");
      const label = typeof checked === "boolean" ? (checked ? "☒" : "☐") : number;
      const mark = item.child("Lbl");
      const { size, leading } = column.text;
      const first = (y: number) => {
        column.first?.(y);
        const lines = breakLines([{ text: label, face: "regular", size, mark: {} }], this.#state.faces, {
          width: STEP + 10,
          align: ordered ? "right" : "left",
          language: "",
        });
        const x = column.x + (ordered ? -STEP + 2 : 3);
        for (const line of lines) setLine(flow, line, { element: mark, x, leading, y });
      };
      const body = { ...column, element: item.child("LBody"), x: column.x + STEP, width: column.width - STEP };
      const inner = blocks.length > 0 ? (blocks as Block[]) : [{ type: "paragraph" as const, children: [EMPTY] }];
      this.blocks(inner, { ...body, isBook: false, first }, depth + 1);
    }
    if (depth === 0) flow.gap(3);
  }

  #code({ value }: Code, { element, x, width, text: { size } }: Column): void {
    const { flow, faces } = this.#state;
    const block = element.child("Code");
    const scale = size < sizes.body.size ? 0.95 : 1;
    const font = { size: sizes.code.size * scale, leading: sizes.code.leading * scale };
    const stretches = value
      .replaceAll("\t", "    ")
      .split("\n")
      .flatMap((line, index): (Stretch | "break")[] => [
        ...(index === 0 ? [] : ["break" as const]),
        // Indentation and runs of spaces are kept; lines that are too long are broken at single spaces.
        {
          text: line.replace(/^ +| {2,}/g, (spaces) => "\u00a0".repeat(spaces.length)),
          face: "code",
          size: font.size,
          mark: {},
        },
      ]);
    const lines = breakLines(stretches, faces, { width: width - 12, align: "left", language: "" });
    const ground = { color: CODE_GROUND, x, width };
    setLines(flow, lines, { element: block, x: x + 6, leading: font.leading, ground });
    flow.gap(4);
  }

  #picture({ bytes, width, height }: Picture, alt: string, column: Column): void {
    const { flow } = this.#state;
    // 150 pixels an inch where there is room.
    const natural = { width: (width * 72) / 150, height: (height * 72) / 150 };
    const scale = Math.min(1, column.width / natural.width, (TEXT_HEIGHT * 0.8) / natural.height);
    const shown = { width: natural.width * scale, height: natural.height * scale };
    flow.need(shown.height);
    const [x, y] = [column.x + (column.width - shown.width) / 2, flow.y];
    const element = column.element.child("Figure", { alt: alt === "" ? this.#state.pictureLabel : alt });
    flow.draw(element, (doc) => doc.image(bytes, x, y, shown));
    flow.y += shown.height;
  }
}

const EMPTY: PhrasingContent = { type: "text", value: "" };

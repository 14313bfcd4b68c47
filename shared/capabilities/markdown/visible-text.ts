/**
 * What a reader sees of Markdown: its blocks as plain text, each character with its place in the source.
 *
 * @module
 */

import type { Heading, Nodes, Root } from "mdast";

/** A stretch of a block's text and where it is in the source, in UTF-16 code units. */
interface Piece {
  readonly at: number;
  readonly length: number;
  readonly source: number;
  readonly sourceLength: number;
  readonly isCode: boolean;
}

/** A paragraph, heading, table cell or block of code. */
export interface VisibleBlock {
  readonly kind: "heading" | "paragraph" | "cell" | "code";
  readonly text: string;
  /** Of a heading, 1 to 6. */
  readonly depth?: number;
  /** Whether it is in a quotation (`>`). */
  readonly quoted: boolean;
  /** Where the block begins in the source. */
  readonly offset: number;
  /** The place in the source of a character of the text. */
  sourceOf(index: number): number;
  /** Whether a character of the text is in code. */
  isCode(index: number): boolean;
}

/**
 * The blocks of a text in the order in which they are read. Without HTML, marks of footnotes and pictures.
 * @param source the text itself, for places behind escapes and entities; without it, these are off by some characters
 */
export function visibleBlocks(root: Root, source = ""): VisibleBlock[] {
  const blocks: VisibleBlock[] = [];
  walk(root, { quoted: false, blocks, source });
  return blocks;
}

/** The words of all blocks, with an empty line between two of them. */
export const visibleText = (root: Root): string =>
  visibleBlocks(root)
    .map(({ text }) => text)
    .join("\n\n");

interface Walk {
  readonly quoted: boolean;
  readonly blocks: VisibleBlock[];
  readonly source: string;
}

function walk(node: Nodes, given: Walk): void {
  switch (node.type) {
    case "paragraph":
      given.blocks.push(blockOf(node, "paragraph", given));
      return;
    case "tableCell":
      given.blocks.push(blockOf(node, "cell", given));
      return;
    case "heading":
      given.blocks.push({ ...blockOf(node, "heading", given), depth: (node satisfies Heading).depth });
      return;
    case "code":
      given.blocks.push(codeBlock(node, given.quoted));
      return;
    default:
      if (!("children" in node)) return;
      for (const child of node.children) {
        walk(child, { ...given, quoted: given.quoted || node.type === "blockquote" });
      }
  }
}

function codeBlock(node: Extract<Nodes, { type: "code" }>, quoted: boolean): VisibleBlock {
  const offset = node.position?.start.offset ?? 0;
  return { kind: "code", text: node.value, quoted, offset, sourceOf: () => offset, isCode: () => true };
}

function blockOf(node: Nodes, kind: VisibleBlock["kind"], { quoted, source }: Walk): VisibleBlock {
  const pieces: Piece[] = [];
  const texts: string[] = [];
  let length = 0;
  const add = (text: string, from: Nodes) => {
    const start = from.position?.start.offset ?? 0;
    const sourceLength = (from.position?.end.offset ?? start) - start;
    pieces.push({ at: length, length: text.length, source: start, sourceLength, isCode: from.type === "inlineCode" });
    texts.push(text);
    length += text.length;
  };
  collect(node, add);
  const offset = node.position?.start.offset ?? 0;
  const text = texts.join("");
  const pieceAt = (index: number) => pieces.findLast(({ at }) => at <= index);
  return {
    ...{ kind, text, quoted, offset },
    isCode: (index) => pieceAt(index)?.isCode === true,
    sourceOf(index) {
      const piece = pieceAt(index);
      return piece ? placeIn(piece, text.slice(piece.at, index), source) : offset;
    },
  };
}

function collect(node: Nodes, add: (text: string, from: Nodes) => void): void {
  if (node.type === "text" || node.type === "inlineCode") add(node.value, node);
  else if (node.type === "break") add("\n", node);
  else if ("children" in node) for (const child of node.children) collect(child, add);
}

/** @param before the piece's text up to the character that is looked for */
function placeIn({ source: start, length, sourceLength, isCode }: Piece, before: string, source: string): number {
  if (length === sourceLength || isCode || source === "") {
    return start + Math.min(before.length, Math.max(0, sourceLength - 1));
  }
  let at = start;
  for (const char of before.split("")) at = behind(source, at, char);
  return source[at] === "\\" ? at + 1 : at;
}

const ENTITY = /&#?\w{1,31};/y;

/** The place behind a character, which may be written as an escape or entity, or stand behind marks of a quotation. */
function behind(source: string, at: number, char: string): number {
  ENTITY.lastIndex = at;
  const entity = char === "&" && source[at + 1] !== "a" ? undefined : ENTITY.exec(source)?.[0];
  if (entity !== undefined) return at + entity.length;
  if (source[at] === "\\" && source[at + 1] === char) return at + 2;
  if (source[at] === char) return at + 1;
  const next = source.indexOf(char, at);
  return next >= 0 && /^[\s>]*$/.test(source.slice(at, next)) ? next + 1 : at + 1;
}

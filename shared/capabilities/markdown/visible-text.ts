/**
 * What a reader sees of Markdown: its blocks as plain text, each character with its place in the source.
 *
 * @module
 */

import type { Heading, Nodes, Root } from "mdast";

/** A stretch of a block's text and where it stands in the source, in UTF-16 code units. */
interface Piece {
  readonly at: number;
  readonly length: number;
  readonly source: number;
  readonly sourceLength: number;
}

/** A paragraph, heading, table cell or block of code. */
export interface VisibleBlock {
  readonly kind: "heading" | "paragraph" | "cell" | "code";
  readonly text: string;
  /** Of a heading, 1 to 6. */
  readonly depth?: number;
  /** Whether it stands in a quotation (`>`). */
  readonly quoted: boolean;
  /** Where the block begins in the source. */
  readonly offset: number;
  /** The place in the source of a character of the text. Exact, but for characters written as entities or escapes. */
  sourceOf(index: number): number;
}

/** The blocks of a text in the order in which they are read. Without HTML, marks of footnotes and pictures. */
export function visibleBlocks(root: Root): VisibleBlock[] {
  const blocks: VisibleBlock[] = [];
  walk(root, { quoted: false, blocks });
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
}

function walk(node: Nodes, given: Walk): void {
  switch (node.type) {
    case "paragraph":
      given.blocks.push(blockOf(node, "paragraph", given.quoted));
      return;
    case "tableCell":
      given.blocks.push(blockOf(node, "cell", given.quoted));
      return;
    case "heading":
      given.blocks.push({ ...blockOf(node, "heading", given.quoted), depth: (node satisfies Heading).depth });
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
  return { kind: "code", text: node.value, quoted, offset, sourceOf: () => offset };
}

function blockOf(node: Nodes, kind: VisibleBlock["kind"], quoted: boolean): VisibleBlock {
  const pieces: Piece[] = [];
  const texts: string[] = [];
  let length = 0;
  const add = (text: string, from: Nodes) => {
    const source = from.position?.start.offset ?? 0;
    pieces.push({
      at: length,
      length: text.length,
      source,
      sourceLength: (from.position?.end.offset ?? source) - source,
    });
    texts.push(text);
    length += text.length;
  };
  collect(node, add);
  const offset = node.position?.start.offset ?? 0;
  return { kind, text: texts.join(""), quoted, offset, sourceOf: (index) => placeIn(pieces, index, offset) };
}

function collect(node: Nodes, add: (text: string, from: Nodes) => void): void {
  if (node.type === "text" || node.type === "inlineCode") add(node.value, node);
  else if (node.type === "break") add("\n", node);
  else if ("children" in node) for (const child of node.children) collect(child, add);
}

function placeIn(pieces: readonly Piece[], index: number, otherwise: number): number {
  const piece = pieces.findLast(({ at }) => at <= index);
  if (!piece) return otherwise;
  return piece.source + Math.min(index - piece.at, Math.max(0, piece.sourceLength - 1));
}

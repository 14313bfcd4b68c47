/**
 * Reads Markdown into mdast, the syntax tree of the unified project: CommonMark with GitHub's tables, task lists,
 * strikethrough, footnotes and bare addresses.
 *
 * @module
 */

import type { Nodes, Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { MarkdownTooComplexError } from "../../../contracts/books/errors.ts";

/** Blocks within blocks; what walks the tree may be recursive below this. */
const MAX_DEPTH = 60;
const MAX_NODES = 400_000;

/**
 * Reads a text. Takes time and memory with its nesting: call it in a thread that a deadline ends.
 * @throws MarkdownTooComplexError when it is nested too deeply or has too many parts
 */
export function parseMarkdown(text: string): Root {
  const root = read(text);
  checkSize(root);
  return root;
}

function read(text: string): Root {
  try {
    return fromMarkdown(text, {
      extensions: [gfm({ singleTilde: false })],
      mdastExtensions: [gfmFromMarkdown()],
    });
  } catch (error) {
    // The parser is recursive in some places.
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
}

const tooDeep = () => new MarkdownTooComplexError(`The Markdown is nested more than ${MAX_DEPTH} deep.`);

function checkSize(root: Root): void {
  const pending: { readonly node: Nodes; readonly depth: number }[] = [{ node: root, depth: 0 }];
  let nodes = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next;
    nodes++;
    if (depth > MAX_DEPTH) throw tooDeep();
    if (nodes > MAX_NODES) throw new MarkdownTooComplexError(`The Markdown has more than ${MAX_NODES} parts.`);
    if ("children" in node) for (const child of node.children) pending.push({ node: child, depth: depth + 1 });
  }
}

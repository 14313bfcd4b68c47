/**
 * Marks of sources: `[3]` in a text stands for the third one, `[1, 4]` for two.
 *
 * @module
 */

import type { Nodes } from "mdast";

const MARK = /\[(\d{1,4}(?:[,;] ?\d{1,4})*)\]/g;

/** A stretch of text, or a mark with the number of the source that it stands for. */
export interface MarkedText {
  readonly text: string;
  /** From 1; undefined for plain text. */
  readonly source?: number;
}

/**
 * Takes a text apart at the marks of sources that there are.
 * @param count how many sources there are
 */
export function splitMarks(text: string, count: number): MarkedText[] {
  const parts: MarkedText[] = [];
  let end = 0;
  for (const match of text.matchAll(MARK)) {
    const numbers = numbersOf(match[1] ?? "");
    if (!numbers.every((number) => isKnown(number, count))) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    for (const [index, number] of numbers.entries()) {
      const open = index === 0 ? "[" : ", ";
      const close = index === numbers.length - 1 ? "]" : "";
      parts.push({ text: `${open}${number}${close}`, source: number });
    }
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

const numbersOf = (mark: string): number[] => mark.split(/[,;] ?/).map(Number);
const isKnown = (number: number, count: number): boolean => number >= 1 && number <= count;

/** Numbers that stand for no source, once each. */
export function unknownSources(nodes: readonly Nodes[], count: number): number[] {
  const found = new Set<number>();
  const visit = (node: Nodes): void => {
    if (node.type === "text") {
      for (const match of node.value.matchAll(MARK)) {
        for (const number of numbersOf(match[1] ?? "")) if (!isKnown(number, count)) found.add(number);
      }
    } else if ("children" in node) for (const child of node.children) visit(child);
  };
  for (const node of nodes) visit(node);
  return [...found].sort((a, b) => a - b);
}

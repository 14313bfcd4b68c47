/**
 * Marks of sources: `[3]` in a text stands for the third one, `[1, 4]` for two.
 *
 * @module
 */

import type { Nodes } from "mdast";

const MARK = /\[(\d{1,4}(?:[,;] ?\d{1,4})*)\]/g;

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

/**
 * Quotation marks that open and do not close, and styles that are mixed.
 *
 * @module
 */

import type { VisibleBlock } from "../markdown/visible-text.ts";
import { excerptOf, type Finding } from "./finding.ts";

/** More than an excerpt has, so that its blanks may be left out. */
const EXCERPT_FROM = 500;

/** Marks of a style, by how it opens. */
interface Style {
  readonly name: string;
  readonly open: string;
  readonly close: readonly string[];
}

const styles = {
  english: { name: "“…”", open: "“", close: ["”"] },
  german: { name: "„…“", open: "„", close: ["“", "”"] },
  inwards: { name: "»…«", open: "»", close: ["«"] },
  outwards: { name: "«…»", open: "«", close: ["»"] },
} satisfies Record<string, Style>;

interface Open {
  readonly style: Style;
  readonly at: number;
}

/** Looks through paragraphs. A quotation over several of them opens again in each, and closes in the last. */
export function findQuotes(blocks: readonly VisibleBlock[]): Finding[] {
  const findings: Finding[] = [];
  const uses = new Map<string, number[]>();
  let carried: (Open & { readonly block: VisibleBlock }) | undefined;
  for (const block of blocks.filter(({ kind }) => kind === "paragraph" || kind === "cell")) {
    const { left, stray } = readBlock(block, uses);
    const opensAgain = carried && block.text.trimStart().startsWith(carried.style.open);
    if (carried && !opensAgain) findings.push(unbalanced(carried.block, carried.at, "is not closed"));
    carried = undefined;
    for (const at of stray) findings.push(unbalanced(block, at, "closes what nothing opens"));
    for (const [index, open] of left.entries()) {
      if (index === 0 && left.length === 1) carried = { ...open, block };
      else findings.push(unbalanced(block, open.at, "is not closed"));
    }
  }
  if (carried) findings.push(unbalanced(carried.block, carried.at, "is not closed"));
  return [...findings, ...mixed(uses)];
}

const unbalanced = (block: VisibleBlock, at: number, what: string): Finding => ({
  code: "unbalanced_quotes",
  message: `This quotation mark ${what}.`,
  offset: block.sourceOf(at),
  excerpt: excerptOf(block.text.slice(at, at + EXCERPT_FROM)),
});

function readBlock(block: VisibleBlock, uses: Map<string, number[]>): { left: Open[]; stray: number[] } {
  const { text } = block;
  const stack: Open[] = [];
  const stray: number[] = [];
  let straight: number | undefined;
  const use = (name: string, at: number) => {
    const places = uses.get(name) ?? [];
    places.push(block.sourceOf(at));
    uses.set(name, places);
  };
  for (const { 0: mark, index } of text.matchAll(/["„“”«»]/gu)) {
    if (mark === '"') {
      // Behind a digit it stands for inches or seconds, unless it closes.
      if (straight === undefined && /\d/.test(text.charAt(index - 1))) continue;
      if (straight === undefined) use('"…"', index);
      straight = straight === undefined ? index : undefined;
      continue;
    }
    const top = stack.at(-1);
    if (top?.style.close.includes(mark)) stack.pop();
    else {
      const style = Object.values(styles).find(({ open }) => open === mark);
      if (!style) stray.push(index);
      else {
        stack.push({ style, at: index });
        use(style.name, index);
      }
    }
  }
  const open = straight === undefined ? [] : [{ style: { name: '"…"', open: '"', close: ['"'] }, at: straight }];
  return { left: [...stack, ...open], stray };
}

function mixed(uses: ReadonlyMap<string, readonly number[]>): Finding[] {
  const [most, second] = [...uses].sort(([, a], [, b]) => b.length - a.length);
  if (!most || !second) return [];
  const message = `Quotations are written ${most[0]} (${most[1].length}) and ${second[0]} (${second[1].length}).`;
  return [{ code: "mixed_quotes", message, offset: second[1][0] ?? 0, excerpt: second[0] }];
}

/**
 * From the lines of a PDF page to blocks: paragraphs and headings by size and distance, tables by their rows.
 *
 * @module
 */

import type { DocumentBlock } from "../../../../contracts/documents/structure.ts";
import { withoutMeaningless } from "../text/quality.ts";
import { tidy, withoutControls } from "../text/tidy.ts";
import { joinHyphenated, LINE_END_HYPHEN } from "./hyphens.ts";
import type { ReadLine } from "./reading-order.ts";
import type { Segment } from "./segments.ts";

/** Of a line's height: lines further apart, or of another size, are of two paragraphs. */
const MOST_DISTANCE = 1.75;
const SAME_SIZE = 1.12;
/** Of the most frequent height, from which on a line is a heading, by its level. */
const HEADINGS = [1.6, 1.35, 1.17] as const;
/** Longer text is not a heading, whatever its size. */
const LONGEST_HEADING = 200;
const BULLET = /^[•‣▪●○◦–-]\s+(?=\S)/u;

/** The edges of the page, from which places are counted; undefined where they are not known. */
export interface PagePlace {
  readonly left: number;
  readonly top: number;
}

interface PageFacts {
  /** The height that most letters have. */
  readonly usual: number;
  readonly edges: ReadonlyMap<number, number>;
  readonly place: PagePlace | undefined;
}

/** @param lines of the page in reading order */
export function pageBlocks(lines: readonly ReadLine[], place: PagePlace | undefined): DocumentBlock[] {
  const facts = { usual: usualHeight(lines), edges: edgesOf(lines), place };
  const groups: ReadLine[][] = [];
  for (const line of lines) {
    const last = groups.at(-1)?.at(-1);
    if (last && belongs(last, line)) groups.at(-1)?.push(line);
    else groups.push([line]);
  }
  return groups.flatMap((group) => blockOf(group, facts));
}

function belongs(last: ReadLine, line: ReadLine): boolean {
  const [a, b] = [last.cells[0], line.cells[0]];
  if (!a || !b || last.cells.length > 1 !== line.cells.length > 1) return false;
  const distance = (last.lastBaseline ?? a.baseline) - b.baseline;
  const [small, large] = a.height < b.height ? [a.height, b.height] : [b.height, a.height];
  // Rows of a table may be further apart than lines of a paragraph.
  const most = (line.cells.length > 1 ? 2 : 1) * MOST_DISTANCE * large;
  if (distance <= 0 || distance > most) return false;
  if (line.cells.length > 1) return true;
  return large <= SAME_SIZE * small && b.left < a.right && a.left < b.right && !BULLET.test(b.text);
}

function blockOf(group: readonly ReadLine[], { usual, edges, place }: PageFacts): DocumentBlock[] {
  const box = boxOf(group, place);
  const sure = { box, confidence: 1 };
  const first = group[0]?.cells[0];
  if (!first) return [];
  if ((group[0]?.cells.length ?? 0) > 1) {
    const rows = group.map(({ cells }) => cells.map(({ text }) => clean(text)));
    return [{ kind: "table", text: rows.map((row) => row.join("\t")).join("\n"), rows, ...sure }];
  }
  const text = clean(
    joinHyphenated(
      textOf(
        group.flatMap(({ cells }) => cells),
        edges,
      ),
    ),
  );
  if (text === "") return [];
  const level = HEADINGS.findIndex((ratio) => first.height >= ratio * usual) + 1;
  if (level > 0 && text.length <= LONGEST_HEADING) return [{ kind: "heading", level, marker: "", text, ...sure }];
  if (BULLET.test(text)) return [{ kind: "item", level: 0, marker: "•", text: text.replace(BULLET, ""), ...sure }];
  return [{ kind: "paragraph", text, ...sure }];
}

/** Lines that begin no further apart than this, in points, are of one column. */
const SAME_COLUMN = 6;
/** Of a line's height. */
const SPACE = 0.2;

const columnOf = ({ left }: Segment): number => Math.round(left / SAME_COLUMN);

/** How far lines reach, by the column that they begin in. */
function edgesOf(lines: readonly ReadLine[]): ReadonlyMap<number, number> {
  const edges = new Map<number, number>();
  for (const { cells } of lines) {
    const [first] = cells;
    if (first && cells.length === 1) {
      edges.set(columnOf(first), Math.max(edges.get(columnOf(first)) ?? first.right, first.right));
    }
  }
  return edges;
}

/** A line is put together with the next one where that one's first word had no room; those of an address stay lines. */
function textOf(lines: readonly Segment[], edges: ReadonlyMap<number, number>): string {
  const edge = Math.max(...lines.flatMap((line) => [line.right, edges.get(columnOf(line)) ?? 0]));
  const parts = lines.map((line, at) => {
    const next = lines[at + 1]?.words[0];
    if (!next) return line.text;
    const isFull = line.right + SPACE * line.height + (next.right - next.left) > edge;
    return `${line.text}${isFull && !line.text.endsWith(LINE_END_HYPHEN) ? " " : "\n"}`;
  });
  return parts.join("");
}

const clean = (text: string): string => tidy(withoutMeaningless(withoutControls(text))).trim();

/** The height that most letters have. */
function usualHeight(lines: readonly ReadLine[]): number {
  const letters = new Map<number, number>();
  for (const { height, text } of lines.flatMap(({ cells }) => cells)) {
    const rounded = Math.round(height * 2) / 2;
    letters.set(rounded, (letters.get(rounded) ?? 0) + text.length);
  }
  return [...letters].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0])[0];
}

/** From the upper left corner of the page, in points with one decimal. */
function boxOf(group: readonly ReadLine[], place: PagePlace | undefined): DocumentBlock["box"] {
  const segments: Segment[] = group.flatMap(({ cells }) => cells);
  if (!place || segments.some(({ turns }) => turns !== 0)) return null;
  let [left, top, right, bottom] = [Infinity, -Infinity, -Infinity, Infinity];
  for (const segment of segments) {
    left = Math.min(left, segment.left);
    right = Math.max(right, segment.right);
    top = Math.max(top, segment.top);
    bottom = Math.min(bottom, segment.bottom ?? segment.top - segment.height);
  }
  const rounded = (value: number): number => Math.round(value * 10) / 10;
  return [
    rounded(left - place.left),
    rounded(place.top - top),
    rounded(right - place.left),
    rounded(place.top - bottom),
  ];
}

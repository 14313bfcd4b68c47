/**
 * The order in which a reader reads the lines of a page: rows of a table cell by cell, columns of text one after the
 * other, however they are drawn. Where nothing is side by side, the page's own order is kept.
 *
 * @module
 */

import type { Rule } from "./rules.ts";
import type { Segment, Word } from "./segments.ts";
import { wrappedRows } from "./wrapped-rows.ts";

/** Shares of a line's height. */
const SAME_ROW = 0.4;
const LEAST_GUTTER = 0.6;
/** A gap between columns, where it goes between words; a space takes a fourth of the height. */
const LEAST_WORD_GAP = 0.3;
/** The same where it goes through so many rows that spaces do not by chance. */
const LEAST_LONG_GAP = 0.2;
const LONG = 5;
/** A single line this far below the others belongs to something else. */
const FAR = 2.6;
/** Gaps of a row that are followed. */
const MOST_GUTTERS = 50;
/** Rows that a column of running text has at the least. */
const LEAST_ROWS = 3;
/** Words of a line, and its characters, in running text. */
const RUNNING = { words: 3.5, characters: 18 } as const;
/** Share of the steps from a line to the next that go up, from which on a page is drawn in no order. */
const CHAOS = 0.3;

interface Row {
  readonly segments: readonly Segment[];
  /** Where there are words. In a row with several segments, narrow gaps between words may part cells, too. */
  readonly chunks: readonly Gutter[];
  readonly baseline: number;
  readonly height: number;
}

interface Gutter {
  readonly from: number;
  readonly to: number;
}

/** A line of the page as it is read; cells of a row have tabs between them. */
export interface ReadLine {
  readonly cells: readonly Segment[];
  /** The baseline of the last line of a row whose cells have several. */
  readonly lastBaseline?: number;
}

/** Reads the horizontal lines that the page draws, where they matter. */
type ReadRules = () => readonly Rule[];

/**
 * @param rules of the page
 * @returns undefined where the page's own order is right: nothing is side by side
 */
export function readingOrder(segments: readonly Segment[], rules: ReadRules): ReadLine[] | undefined {
  const rows = toRows(segments);
  const isChaos = isChaotic(segments);
  if (!isChaos && rows.every((row) => row.segments.length === 1)) return undefined;
  return linesOf(rows, { isChaos, rules });
}

interface PageFacts {
  /** Whether the page is drawn in no order. */
  readonly isChaos: boolean;
  readonly rules: ReadRules;
}

function linesOf(rows: readonly Row[], facts: PageFacts): ReadLine[] {
  const parts: { readonly order: number; readonly lines: readonly ReadLine[] }[] = [];
  for (let at = 0; at < rows.length; ) {
    const band = bandFrom(rows, at);
    const count = band?.count ?? 1;
    const within = rows.slice(at, at + count);
    const order = Math.min(...within.flatMap((row) => row.segments.map((segment) => segment.order)));
    if (band) parts.push({ order, lines: bandLines(within, facts) });
    else parts.push({ order, lines: [{ cells: within[0]?.segments ?? [] }] });
    at += count;
  }
  if (!facts.isChaos) parts.sort((a, b) => a.order - b.order);
  return parts.flatMap(({ lines }) => lines);
}

/** Rows from top to bottom, each from left to right. */
function toRows(segments: readonly Segment[]): Row[] {
  const sorted = [...segments].sort((a, b) => b.baseline - a.baseline);
  const rows: { segments: Segment[]; chunks: Gutter[]; baseline: number; height: number }[] = [];
  for (const segment of sorted) {
    const row = rows.at(-1);
    if (row && row.baseline - segment.baseline <= SAME_ROW * Math.min(row.height, segment.height)) {
      row.segments.push(segment);
    } else rows.push({ segments: [segment], chunks: [], baseline: segment.baseline, height: segment.height });
  }
  for (const row of rows) {
    row.segments.sort((a, b) => a.left - b.left || a.order - b.order);
    row.chunks.push(...chunksOf(row.segments, (row.segments.length > 1 ? LEAST_WORD_GAP : LEAST_GUTTER) * row.height));
  }
  return rows;
}

/** Where words are with less than a gap between them. */
function chunksOf(segments: readonly Segment[], gap: number): Gutter[] {
  const chunks: { from: number; to: number }[] = [];
  for (const { left, right } of segments.flatMap(({ words }) => words).sort((a, b) => a.left - b.left)) {
    const chunk = chunks.at(-1);
    if (chunk && left - chunk.to < gap) chunk.to = Math.max(chunk.to, right);
    else chunks.push({ from: left, to: right });
  }
  return chunks;
}

/** The rows from one with several segments on, down to where no gap goes through all of them any more. */
function bandFrom(rows: readonly Row[], at: number): { readonly count: number } | undefined {
  const first = rows[at];
  if (!first || first.segments.length < 2) return undefined;
  let gutters = gaps(first);
  if (gutters.length === 0) return undefined;
  let count = 1;
  for (let next = at + 1; next < rows.length; next++, count++) {
    const [row, above] = [rows[next], rows[next - 1]];
    if (!row || !above) break;
    const isFar = above.baseline - row.baseline > FAR * Math.max(row.height, above.height);
    if (isFar && row.segments.length === 1) break;
    const left = gutters.flatMap((gutter) => through(gutter, row));
    if (left.length === 0) break;
    gutters = left;
    if (row.segments.length === 1 && !isBeside(row, gutters)) break;
  }
  return { count };
}

/** Whether a single line is within one column: most lines that reach over a gap do not. */
const isBeside = ({ segments }: Row, gutters: readonly Gutter[]): boolean =>
  segments.every(({ left, right }) => gutters.every(({ from, to }) => right <= to + 1 || left >= from - 1));

function gaps({ segments, height }: Row): Gutter[] {
  const found: Gutter[] = [];
  let edge = segments[0]?.right ?? 0;
  for (const { left, right } of segments.slice(1)) {
    if (left - edge >= LEAST_GUTTER * height && found.length < MOST_GUTTERS) found.push({ from: edge, to: left });
    edge = Math.max(edge, right);
  }
  return found;
}

/** What is left of a gap where it goes through a row. */
function through({ from, to }: Gutter, { chunks, height }: Row): Gutter[] {
  let [begin, end] = [from, to];
  for (const { from: left, to: right } of chunks) {
    if (right <= begin || left >= end) continue;
    const [before, behind] = [left - begin, end - right];
    if (before >= behind) end = left;
    else begin = right;
  }
  return end - begin >= LEAST_WORD_GAP * height ? [{ from: begin, to: end }] : [];
}

/** Share of a band's rows that may reach over a gap between its columns, as a line of sums does. */
const MOST_OVER = 0.15;

const leastGap = (rows: number): number => (rows >= LONG ? LEAST_LONG_GAP : LEAST_WORD_GAP);

/** The gaps between the columns of a band: where hardly a row has words, and rows have some on both sides. */
function guttersOf(rows: readonly Row[]): Gutter[] {
  const gap = leastGap(rows.length);
  const edges = rows
    .flatMap(({ segments, height }) => chunksOf(segments, gap * height))
    .flatMap(({ from, to }): Edge[] => [
      { at: from, by: 1 },
      { at: to, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || b.by - a.by);
  const least = gap * Math.max(...rows.map(({ height }) => height));
  const needed = Math.min(2, rows.length - 1) || 1;
  const found: Gutter[] = [];
  // What no row reaches over first: a wider gap that some do is beside it, or around it.
  for (const over of stepsTo(Math.floor(rows.length * MOST_OVER))) {
    const wide = gapsWithin(edges, over).filter(
      ({ from, to }) => to - from >= least && !found.some((gutter) => gutter.from < to && gutter.to > from),
    );
    for (const gutter of wide.slice(0, MOST_GUTTERS - found.length)) {
      const { left, right, both } = sidesOf(gutter, rows);
      if (left >= needed && right >= needed && over <= MOST_OVER * both) found.push(gutter);
    }
  }
  return withoutSpaces(
    found.sort((a, b) => a.from - b.from),
    rows,
  );
}

/** 0, 1, 2, 4 and so on, and the last one. */
function stepsTo(last: number): number[] {
  const steps = [0];
  for (let step = 1; step < last; step *= 2) steps.push(step);
  return last > 0 ? [...steps, last] : steps;
}

/** How many rows have words left of a gap, right of it, and on both sides. */
function sidesOf({ from, to }: Gutter, rows: readonly Row[]) {
  const counts = { left: 0, right: 0, both: 0 };
  for (const { chunks } of rows) {
    const isLeft = (chunks[0]?.from ?? to) < from;
    const isRight = (chunks.at(-1)?.to ?? from) > to;
    if (isLeft) counts.left++;
    if (isRight) counts.right++;
    if (isLeft && isRight) counts.both++;
  }
  return counts;
}

/** Share of the rows with words on both sides that a gap has to part within their segments. */
const MOSTLY_SPACES = 0.5;

/**
 * Gaps without those that are but spaces of a few lines: where a gap is the only one between two words, these are cells of
 * their own, or it is so in most rows.
 */
function withoutSpaces(gutters: readonly Gutter[], rows: readonly Row[]): Gutter[] {
  const kept = [...gutters];
  for (let at = 0; at < kept.length; ) {
    const [gutter, before, behind] = [kept[at] as Gutter, kept[at - 1], kept[at + 1]];
    const counts = { both: 0, apart: 0, spaces: 0 };
    for (const { segments } of rows) {
      const left = lastBefore(segments, gutter.to);
      const right = firstBehind(segments, gutter.from);
      if (!left || !right) continue;
      counts.both++;
      const isAlone = (before?.to ?? -Infinity) < left.right + 1 && (behind?.from ?? Infinity) > right.left - 1;
      if (isAlone) counts[left.segment === right.segment ? "spaces" : "apart"]++;
    }
    const isColumn = counts.apart > 0 || counts.spaces >= Math.max(2, MOSTLY_SPACES * counts.both);
    if (isColumn) at++;
    else {
      kept.splice(at, 1);
      // The gap before is now next to another one.
      at = Math.max(0, at - 1);
    }
  }
  return kept;
}

interface Beside {
  readonly left: number;
  readonly right: number;
  readonly segment: Segment;
}

function lastBefore(segments: readonly Segment[], place: number): Beside | undefined {
  const segment = segments.findLast(({ left }) => left < place);
  const word = segment?.words.findLast(({ left }) => left < place);
  return segment && word && { left: word.left, right: word.right, segment };
}

function firstBehind(segments: readonly Segment[], place: number): Beside | undefined {
  const segment = segments.find(({ right }) => right > place);
  const word = segment?.words.find(({ right }) => right > place);
  return segment && word && { left: word.left, right: word.right, segment };
}

/** Where words begin, or end. */
interface Edge {
  readonly at: number;
  readonly by: 1 | -1;
}

/**
 * Where no more than so many words are.
 * @param edges of the words, from left to right
 */
function gapsWithin(edges: readonly Edge[], most: number): Gutter[] {
  const found: Gutter[] = [];
  let [over, from] = [0, Number.POSITIVE_INFINITY];
  for (const { at, by } of edges) {
    if (by > 0 && over === most && at > from) found.push({ from, to: at });
    over += by;
    if (by < 0 && over === most) from = at;
  }
  return found;
}

function bandLines(rows: readonly Row[], { isChaos, rules }: PageFacts): ReadLine[] {
  const gutters = guttersOf(rows);
  const middles = gutters.map(({ from, to }) => (from + to) / 2);
  const columnOf = ({ left }: { readonly left: number }): number => middles.filter((middle) => left > middle).length;
  const split = rows.map((row) => ({
    ...row,
    segments: row.segments.flatMap((segment) => parts(segment, columnOf, leastGap(rows.length))),
  }));
  const columns = Array.from({ length: middles.length + 1 }, (_, column) =>
    split.map((row) => ({ ...row, segments: row.segments.filter((segment) => columnOf(segment) === column) })),
  ).map((column) => column.filter(({ segments }) => segments.length > 0));
  if (gutters.length === 0) return split.map(({ segments }) => ({ cells: segments }));
  if (columns.every(isRunning) || (columns.length === 2 && areBlocks(columns) && !isChaos)) {
    const isMixed = isChaos || columns.some((column) => isChaotic(inOrder(column)));
    return columns.flatMap((column) => linesOf(column, { isChaos: isMixed, rules }));
  }
  return wrappedRows(split, { columnOf, rules }) ?? split.map(({ segments }) => ({ cells: segments }));
}

const inOrder = (rows: readonly Row[]): Segment[] =>
  rows.flatMap(({ segments }) => segments).sort((a, b) => a.order - b.order);

/** A segment whose words are in several columns, taken apart. */
function parts(segment: Segment, columnOf: (word: Word) => number, gap: number): Segment[] {
  const found: Word[][] = [];
  let last = -1;
  for (const word of segment.words) {
    const column = columnOf(word);
    const before = found.at(-1)?.at(-1);
    const isApart = before !== undefined && word.left - before.right >= gap * segment.height;
    if (before && (column === last || !isApart)) found.at(-1)?.push(word);
    else found.push([word]);
    last = column;
  }
  if (found.length === 1) return [segment];
  return found.map((words) => ({
    ...segment,
    words,
    text: words.map(({ text }) => text).join(" "),
    left: Math.min(...words.map(({ left }) => left)),
    right: Math.max(...words.map(({ right }) => right)),
  }));
}

function isRunning(rows: readonly Row[]): boolean {
  const texts = rows.flatMap(({ segments }) => segments.map(({ text }) => text));
  if (rows.length < LEAST_ROWS) return false;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return (
    mean(texts.map((text) => text.split(" ").length)) >= RUNNING.words &&
    mean(texts.map((text) => text.length)) >= RUNNING.characters
  );
}

/** Two blocks, such as an address and a date beside it: each drawn as a whole, the second one not of numbers. */
function areBlocks(columns: readonly (readonly Row[])[]): boolean {
  const [left = [], right = []] = columns.map((rows) => rows.flatMap(({ segments }) => segments));
  const orders = (segments: readonly Segment[]) => segments.map(({ order }) => order);
  const isApart =
    Math.max(...orders(left)) < Math.min(...orders(right)) || Math.max(...orders(right)) < Math.min(...orders(left));
  const numbers = right.filter(({ text }) => /^[\d€$£+-]/.test(text)).length;
  return isApart && left.length > 1 && right.length > 1 && numbers * 2 < right.length;
}

/** A page that is drawn line after line goes down at nearly every step; columns go up once for each. */
function isChaotic(segments: readonly Segment[]): boolean {
  let up = 0;
  for (let at = 1; at < segments.length; at++) {
    const [a, b] = [segments[at - 1], segments[at]];
    if (a && b && b.baseline - a.baseline > SAME_ROW * a.height) up++;
  }
  return up >= 2 && up > CHAOS * (segments.length - 1);
}

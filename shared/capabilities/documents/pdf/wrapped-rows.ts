/**
 * Puts together the lines of a table's row whose cells wrap, where that is certain: by the lines that are drawn between
 * rows, or by the distances, and only where each line of a cell goes on where the one before had no more room.
 *
 * @module
 */

import { LINE_END_HYPHEN } from "./hyphens.ts";
import type { Rule } from "./rules.ts";
import type { Segment } from "./segments.ts";

/** A line of a table: one cell in each of some columns. */
interface TableLine {
  readonly segments: readonly Segment[];
  readonly baseline: number;
  readonly height: number;
}

/** Cells of one row of the table, with the baseline of its last line. */
export interface WrappedRow {
  readonly cells: readonly Segment[];
  readonly lastBaseline: number;
}

/** What is known of a table beside its lines. */
export interface TableFacts {
  readonly columnOf: (segment: Segment) => number;
  /** Reads the horizontal lines that the page draws, from top to bottom. */
  readonly rules: () => readonly Rule[];
}

/** Shares of the table's width that lines cover: they part rows, or say nothing. */
const PARTS = 0.9;
const NO_PART = 0.05;
/** Lines within so many points are one. */
const SAME_RULE = 1.5;
/** Rows that lines part, from which on they part all of them; and where cells may have lines of their own. */
const LEAST_PARTED = 3;
const FULLY_PARTED = 4;
/** Of a line's height: what a space takes, and how much the left edges of a cell's lines differ. */
const SPACE = 0.2;
const SAME_LEFT = 0.25;
/** Lines of a cell are so much closer to each other than rows are. */
const CLOSER = 1.12;
/** Of a line's height: lines of a cell are no further apart. */
const MOST_LEADING = 1.8;
const NUMERIC = /^[\d€$£+-]/;

/** @returns undefined where nothing wraps, or it is not certain */
export function wrappedRows(lines: readonly TableLine[], facts: TableFacts): WrappedRow[] | undefined {
  const columns = lines.map(({ segments }) => new Set(segments.map(facts.columnOf)));
  const isClean = lines.every(({ segments }, at) => columns[at]?.size === segments.length);
  const most = Math.max(...columns.map(({ size }) => size));
  if (!isClean || most < 2 || columns.every(({ size }) => size === most)) return undefined;
  const groups =
    groupsByRules(lines, facts) ??
    groupsByDistance(lines, columns, { ...facts, mayBreak: true }) ??
    groupsByDistance(lines, columns, { ...facts, mayBreak: false });
  return groups?.map((group) => joined(group, facts));
}

/** Lines that no drawn line parts from each other. */
function groupsByRules(lines: readonly TableLine[], facts: TableFacts): TableLine[][] | undefined {
  const covered = coverBetween(lines, facts.rules());
  const parted = covered.filter((share) => share >= PARTS).length + 1;
  if (parted < LEAST_PARTED || covered.some((share) => share > NO_PART && share < PARTS)) return undefined;
  const groups: TableLine[][] = [];
  for (const [at, line] of lines.entries()) {
    if (at > 0 && (covered[at - 1] ?? 1) <= NO_PART) groups.at(-1)?.push(line);
    else groups.push([line]);
  }
  const edges = edgesOf(lines, facts);
  const isSure = groups.every((group) => isOneRow(group, { ...facts, edges, mayBreak: parted >= FULLY_PARTED }));
  return isSure ? groups : undefined;
}

/**
 * Between each line and the next, how much of the table's width drawn lines cover at one height.
 * @param rules from top to bottom
 */
function coverBetween(lines: readonly TableLine[], rules: readonly Rule[]): number[] {
  const all = lines.flatMap(({ segments }) => segments);
  const left = all.reduce((least, one) => Math.min(least, one.left), Infinity);
  const right = all.reduce((most, one) => Math.max(most, one.right), -Infinity);
  let at = firstBelow(rules, lines[0]?.baseline ?? 0);
  return lines.slice(1).map(({ baseline }) => {
    let most = 0;
    while ((rules[at]?.y ?? -Infinity) > baseline) {
      const first = rules[at]?.y ?? 0;
      const same: Rule[] = [];
      for (let rule = rules[at]; rule && rule.y > baseline && first - rule.y <= SAME_RULE; rule = rules[++at]) {
        same.push(rule);
      }
      let [covered, edge] = [0, left];
      for (const { from, to } of same.sort((a, b) => a.from - b.from)) {
        covered += Math.max(0, Math.min(to, right) - Math.max(from, edge));
        edge = Math.max(edge, to);
      }
      most = Math.max(most, covered / Math.max(1, right - left));
    }
    return most;
  });
}

function firstBelow(rules: readonly Rule[], y: number): number {
  let [low, high] = [0, rules.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rules[middle]?.y ?? 0) >= y) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface RowFacts extends TableFacts {
  readonly edges: ReadonlyMap<number, number>;
  /** Whether a line of a cell may end before it is full. */
  readonly mayBreak: boolean;
}

/** Whether lines are one row: a cell in it has one line, and those of the others go on. */
function isOneRow(group: readonly TableLine[], { edges, mayBreak, ...facts }: RowFacts): boolean {
  if (group.length === 1) return true;
  const cells = [...cellsOf(group, facts)];
  if (cells.every(([, parts]) => parts.length > 1)) return false;
  return cells.every(([column, parts]) =>
    parts.slice(1).every((part, at) => {
      const before = parts[at];
      if (!before || (NUMERIC.test(before.text) && NUMERIC.test(part.text))) return false;
      return mayBreak || goesOn(before, part, edges.get(column) ?? 0);
    }),
  );
}

/** Whether a line begins where the one before had no room for its first word. */
function goesOn(before: Segment, part: Segment, edge: number): boolean {
  const [word] = part.words;
  return word !== undefined && before.right + SPACE * before.height + (word.right - word.left) > edge;
}

/**
 * Lines that are closer to the row above than rows are to each other, and have fewer cells. A line of a cell may end before
 * it is full where each row has something in the first column, and its further lines have not.
 */
function groupsByDistance(
  lines: readonly TableLine[],
  columns: readonly ReadonlySet<number>[],
  { mayBreak, ...facts }: TableFacts & Pick<RowFacts, "mayBreak">,
): TableLine[][] | undefined {
  const edges = edgesOf(lines, facts);
  const leftmost = Math.min(...columns.flatMap((own) => [...own]));
  const groups: { readonly lines: TableLine[]; readonly columns: ReadonlySet<number> }[] = [];
  const distances: { readonly inner: number[]; readonly outer: number[] } = { inner: [], outer: [] };
  for (const [at, line] of lines.entries()) {
    const group = groups.at(-1);
    const own = columns[at] ?? new Set();
    const above = lines[at - 1];
    const continues =
      group !== undefined &&
      above !== undefined &&
      own.size < group.columns.size &&
      above.baseline - line.baseline <= MOST_LEADING * line.height &&
      line.segments.every((segment) => isNextLine(above, segment, { ...facts, edges, mayBreak })) &&
      !(mayBreak && (own.has(leftmost) || !group.columns.has(leftmost)));
    if (above) distances[continues ? "inner" : "outer"].push(above.baseline - line.baseline);
    if (continues) group?.lines.push(line);
    else groups.push({ lines: [line], columns: own });
  }
  const { inner, outer } = distances;
  if (inner.length === 0 || outer.length < (mayBreak ? LEAST_PARTED - 1 : 1)) return undefined;
  if (mayBreak && !groups.every((group) => group.columns.has(leftmost))) return undefined;
  return Math.min(...outer) >= CLOSER * Math.max(...inner) ? groups.map((group) => group.lines) : undefined;
}

function isNextLine(
  above: TableLine,
  segment: Segment,
  { edges, mayBreak, columnOf }: TableFacts & Pick<RowFacts, "edges" | "mayBreak">,
): boolean {
  const column = columnOf(segment);
  const before = above.segments.find((one) => columnOf(one) === column);
  return (
    before !== undefined &&
    !NUMERIC.test(segment.text) &&
    Math.abs(before.left - segment.left) <= SAME_LEFT * segment.height &&
    (mayBreak || goesOn(before, segment, edges.get(column) ?? 0))
  );
}

/** How far each column reaches. */
function edgesOf(lines: readonly TableLine[], { columnOf }: TableFacts): ReadonlyMap<number, number> {
  const edges = new Map<number, number>();
  for (const segment of lines.flatMap(({ segments }) => segments)) {
    edges.set(columnOf(segment), Math.max(edges.get(columnOf(segment)) ?? segment.right, segment.right));
  }
  return edges;
}

/** The lines of each cell, from the first column to the last. */
function cellsOf(group: readonly TableLine[], { columnOf }: TableFacts): Map<number, Segment[]> {
  const cells = new Map<number, Segment[]>();
  for (const segment of group.flatMap(({ segments }) => segments).sort((a, b) => columnOf(a) - columnOf(b))) {
    cells.set(columnOf(segment), [...(cells.get(columnOf(segment)) ?? []), segment]);
  }
  return cells;
}

function joined(group: readonly TableLine[], facts: TableFacts): WrappedRow {
  const cells = [...cellsOf(group, facts).values()].map((parts): Segment => {
    const [first] = parts as [Segment, ...Segment[]];
    if (parts.length === 1) return first;
    return {
      ...first,
      text: parts.map(({ text }, at) => withJoint(text, parts[at + 1]?.text)).join(""),
      left: Math.min(...parts.map(({ left }) => left)),
      right: Math.max(...parts.map(({ right }) => right)),
      bottom: Math.min(...parts.map(({ top, height }) => top - height)),
      words: parts.flatMap(({ words }) => words),
    };
  });
  return { cells, lastBaseline: Math.min(...group.map(({ baseline }) => baseline)) };
}

/** A line of a cell, with what is between it and the next one. */
function withJoint(text: string, next: string | undefined): string {
  if (next === undefined) return text;
  if (text.endsWith(LINE_END_HYPHEN)) return text;
  return /\p{L}[-\u00ad]$/u.test(text) && /^\p{L}/u.test(next) ? `${text.slice(0, -1)}${LINE_END_HYPHEN}` : `${text} `;
}

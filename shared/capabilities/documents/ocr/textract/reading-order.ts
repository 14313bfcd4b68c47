/**
 * Puts lines with places into reading order. Textract lists them from the top down across the whole page, which mixes
 * columns; so the page is cut at its gutters first, and at its widest gaps where a headline spans the columns
 * (recursive X-Y cut: Nagy and Seth, 1984).
 *
 * @module
 */

/** Shares of the page's width and height. */
export interface PlacedLine {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Columns hold running text: so many lines, half of them at least this wide. A table's columns are narrower. */
const COLUMN_LINES = 3;
const COLUMN_LINE_WIDTH = 0.2;
/** In shares of the page. */
const GUTTER = 0.012;
/** In heights of a line: more than this between two is a paragraph's end. */
const PARAGRAPH_GAP = 0.9;

const right = ({ left, width }: PlacedLine): number => left + width;
const bottom = ({ top, height }: PlacedLine): number => top + height;

/** The page's text: a line for each row of a column, an empty one between paragraphs. */
export function readingOrder(lines: readonly PlacedLine[]): string {
  return blocksOf(lines).map(textOf).join("\n\n");
}

function blocksOf(lines: readonly PlacedLine[]): (readonly PlacedLine[])[] {
  const columns = cut(lines, { start: ({ left }) => left, end: right }, GUTTER);
  if (columns?.every(isColumn)) return columns.flatMap(blocksOf);
  const halves = cut(lines, { start: ({ top }) => top, end: bottom }, 0);
  if (!halves) return [lines];
  const parts = halves.map(blocksOf);
  // Cutting across is worth it only where columns come of it.
  return parts.some((blocks) => blocks.length > 1) ? parts.flat() : [lines];
}

/** Where a line begins and ends, across or down the page. */
interface Axis {
  readonly start: (line: PlacedLine) => number;
  readonly end: (line: PlacedLine) => number;
}

/** Parts the lines at the widest gap along one axis. @param least the narrowest gap that counts */
function cut(
  lines: readonly PlacedLine[],
  { start, end }: Axis,
  least: number,
): [PlacedLine[], PlacedLine[]] | undefined {
  const sorted = lines.toSorted((a, b) => start(a) - start(b));
  let edge = Number.POSITIVE_INFINITY;
  let widest = { at: 0, gap: least };
  for (const [index, line] of sorted.entries()) {
    if (start(line) - edge > widest.gap) widest = { at: index, gap: start(line) - edge };
    edge = Number.isFinite(edge) ? Math.max(edge, end(line)) : end(line);
  }
  return widest.at === 0 ? undefined : [sorted.slice(0, widest.at), sorted.slice(widest.at)];
}

function isColumn(lines: readonly PlacedLine[]): boolean {
  const wide = lines.filter(({ width }) => width >= COLUMN_LINE_WIDTH);
  return lines.length >= COLUMN_LINES && wide.length * 2 >= lines.length;
}

function textOf(lines: readonly PlacedLine[]): string {
  let text = "";
  let last: PlacedLine | undefined;
  for (const row of rowsOf(lines)) {
    const [first] = row;
    if (last && first) text += first.top - bottom(last) > PARAGRAPH_GAP * last.height ? "\n\n" : "\n";
    text += row.map((line) => line.text).join(" ");
    last = first;
  }
  return text;
}

/** Lines side by side are one row, as a label and its figure are. */
function rowsOf(lines: readonly PlacedLine[]): PlacedLine[][] {
  const rows: PlacedLine[][] = [];
  for (const line of lines.toSorted((a, b) => a.top - b.top)) {
    const row = rows.at(-1);
    const [first] = row ?? [];
    const middle = line.top + line.height / 2;
    if (row && first && middle < bottom(first)) row.push(line);
    else rows.push([line]);
  }
  return rows.map((row) => row.sort((a, b) => a.left - b.left));
}

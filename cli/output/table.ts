/**
 * Rows for a person (aligned, fitted to the terminal) or for a pipe (tab-separated, complete, no heading).
 *
 * @module
 */

import type { Screen } from "./screen.ts";
import { oneLine, padEnd, padStart, truncate, width } from "./text.ts";

/** One column of a table: its heading and the text of a cell. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: "right";
  /** Colours a cell that is already padded. */
  readonly paint?: (cell: string, row: Row) => string;
  /** Gives way first when the terminal is too narrow. */
  readonly flexible?: boolean;
}

const GAP = "  ";
const MIN_FLEXIBLE = 8;

/** @returns lines without line ends */
export function tableLines<Row>(screen: Screen, columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = rows.map((row) =>
    columns.map(({ value }) => oneLine(String(value(row) ?? (screen.terminal ? "-" : "")))),
  );
  if (!screen.terminal) return cells.map((row) => row.join("\t"));
  const widths = shrink(
    columns,
    columns.map(({ title }, index) => Math.max(width(title), ...cells.map((row) => width(row[index] ?? "")))),
    screen.columns,
  );
  const layout = (row: readonly string[], paint: (cell: string, index: number) => string) =>
    row
      .map((cell, index) => {
        const space = widths[index] ?? 0;
        const fitted = truncate(cell, space);
        return paint((columns[index]?.align === "right" ? padStart : padEnd)(fitted, space), index);
      })
      .join(GAP)
      .trimEnd();
  const heading = layout(
    columns.map(({ title }) => title),
    (cell) => screen.paint("bold", cell),
  );
  const body = cells.map((row, line) =>
    layout(row, (cell, index) => {
      const paint = columns[index]?.paint;
      const source = rows[line];
      return paint && source !== undefined ? paint(cell, source) : cell;
    }),
  );
  return [heading, ...body];
}

/** Prints rows as an aligned table, fitted to the width of the terminal. */
export function printTable<Row>(screen: Screen, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  for (const line of tableLines(screen, columns, rows)) screen.line(line);
}

/** Takes columns that may shrink down until the row fits. */
function shrink<Row>(columns: readonly Column<Row>[], wanted: readonly number[], available: number): number[] {
  const widths = [...wanted];
  let excess = widths.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1)) - available;
  for (const [index, { flexible }] of columns.entries()) {
    if (!flexible || excess <= 0) continue;
    const now = widths[index] ?? 0;
    const next = Math.max(Math.min(now, MIN_FLEXIBLE), now - excess);
    excess -= now - next;
    widths[index] = next;
  }
  return widths;
}

/**
 * Sets tables row by row; the head row is repeated on each page.
 *
 * @module
 */

import type { Table } from "mdast";
import { BookTooLargeError } from "../../../../contracts/books/errors.ts";
import { largest } from "../../../lib/lists.ts";
import { type Flow, TEXT_HEIGHT } from "./flow.ts";
import { breakLines, type Line, type Stretch } from "./lines.ts";
import { RULE, sizes } from "./pdf-style.ts";
import { setLine } from "./set-text.ts";
import { type InlineState, stretchesOf } from "./stretches.ts";
import type { Element } from "./structure.ts";
import type { Typefaces } from "./typefaces.ts";

const MAX_COLUMNS = 30;
/** Room between a cell's text and its borders. */
const PAD = { x: 4, y: 2.5 };

interface TableState extends InlineState {
  readonly flow: Flow;
  readonly faces: Typefaces;
  readonly language: string;
}
interface Place {
  readonly element: Element;
  readonly x: number;
  readonly width: number;
}
interface Row {
  readonly cells: readonly (readonly Line[])[];
  readonly lines: number;
}

/** @throws BookTooLargeError when it has more columns than a page is wide */
export function setTable({ align, children }: Table, { element, x, width }: Place, state: TableState): void {
  const { flow, faces } = state;
  const columns = largest(
    children.map((row) => row.children.length),
    0,
  );
  if (columns > MAX_COLUMNS) {
    throw new BookTooLargeError(`A table has ${columns} columns; a page of the PDF holds ${MAX_COLUMNS}.`);
  }
  const contents = children.map((row, rowIndex) =>
    Array.from({ length: columns }, (_, column) =>
      stretchesOf(
        row.children[column]?.children ?? [],
        { size: sizes.cell.size, style: rowIndex === 0 ? { bold: true } : {} },
        state,
      ),
    ),
  );
  const widths = columnWidths(contents, width, faces);
  const rows = contents.map((cells): Row => {
    const broken = cells.map((cell, column) =>
      breakLines(cell, faces, {
        width: Math.max(1, (widths[column] ?? 0) - 2 * PAD.x),
        align: align?.[column] ?? "left",
        language: "",
      }),
    );
    return { cells: broken, lines: Math.max(1, ...broken.map((lines) => lines.length)) };
  });
  const table = element.child("Table");
  // One that is not large is on one page.
  const height = rows.reduce((sum, row) => sum + heightOf(row), 0);
  if (height < TEXT_HEIGHT * 0.45) flow.need(height);
  const head = rows[0];
  for (const [index, row] of rows.entries()) {
    const isHead = index === 0;
    const rule = (y: number, thickness: number) =>
      flow.draw(undefined, (doc) =>
        doc
          .moveTo(x, y)
          .lineTo(x + width, y)
          .lineWidth(thickness)
          .stroke(RULE),
      );
    const tag = isHead ? "TH" : "TD";
    const owner = table.child("TR");
    const cells = row.cells.map(() => owner.child(tag, isHead ? { scope: "Column" } : {}));
    const set = (part: Row) => {
      const top = flow.y;
      let left = x;
      for (const [column, lines] of part.cells.entries()) {
        // An empty cell is one all the same: each row has as many as the others.
        if (isEmpty(row.cells[column]) && cells[column]) flow.draw(cells[column], () => undefined);
        const cell = cells[column]?.child("P") ?? owner;
        for (const [at, line] of lines.entries()) {
          setLine(flow, line, {
            element: cell,
            x: left + PAD.x,
            leading: sizes.cell.leading,
            y: top + PAD.y + at * sizes.cell.leading,
          });
        }
        left += widths[column] ?? 0;
      }
      flow.y = top + heightOf(part);
      rule(flow.y, isHead ? 0.8 : 0.35);
    };
    for (const part of partsOf(row)) {
      if (flow.need(heightOf(part)) && head && !isHead && heightOf(head) < TEXT_HEIGHT / 3) {
        rule(flow.y, 0.8);
        setRepeated(head, { flow, x, widths });
        rule(flow.y, 0.8);
      }
      if (isHead) rule(flow.y, 0.8);
      set(part);
    }
  }
}

const isEmpty = (lines: readonly Line[] = []): boolean => lines.every(({ fragments }) => fragments.length === 0);

const heightOf = ({ lines }: Row): number => lines * sizes.cell.leading + 2 * PAD.y;

/** A row that is higher than a page continues on the next one. */
function partsOf(row: Row): Row[] {
  const most = Math.floor((TEXT_HEIGHT * 0.6) / sizes.cell.leading);
  if (row.lines <= most) return [row];
  return Array.from({ length: Math.ceil(row.lines / most) }, (_, part) => {
    const cells = row.cells.map((lines) => lines.slice(part * most, (part + 1) * most));
    return { cells, lines: Math.max(1, ...cells.map((lines) => lines.length)) };
  });
}

/** The head again, for the eye alone: it has been read. */
function setRepeated(head: Row, { flow, x, widths }: { flow: Flow; x: number; widths: readonly number[] }): void {
  const top = flow.y;
  let left = x;
  for (const [column, lines] of head.cells.entries()) {
    for (const [at, { fragments }] of lines.entries()) {
      const baseline = top + PAD.y + (at + 0.75) * sizes.cell.leading;
      for (const { text, face, size, x: dx } of fragments) {
        const from = left + PAD.x + dx;
        flow.draw(undefined, (doc) =>
          doc
            .font(face)
            .fontSize(size)
            .fillColor("#1a1a1a")
            .text(text, from, baseline, { lineBreak: false, baseline: "alphabetic" }),
        );
      }
    }
    left += widths[column] ?? 0;
  }
  flow.y = top + heightOf(head);
}

/** Columns are as wide as their text where there is room; else no narrower than their longest word, where there is room. */
function columnWidths(
  rows: readonly (readonly (readonly (Stretch | "break")[])[])[],
  width: number,
  faces: Typefaces,
): number[] {
  const columns = rows[0]?.length ?? 0;
  const measured = Array.from({ length: columns }, (_, column) => {
    let [least, most] = [0, 0];
    for (const row of rows.slice(0, MEASURED_ROWS)) {
      let whole = 0;
      for (const stretch of row[column] ?? []) {
        if (stretch === "break") continue;
        const words = stretch.text.split(/\s+/).slice(0, 50);
        for (const word of words) least = Math.max(least, faces.width(word.slice(0, 40), stretch.face, stretch.size));
        whole += faces.width(stretch.text.slice(0, 200), stretch.face, stretch.size);
      }
      most = Math.max(most, whole);
    }
    return { least: least + 2 * PAD.x + 1, most: most + 2 * PAD.x + 1 };
  });
  const sum = (of: "least" | "most") => measured.reduce((total, each) => total + each[of], 0);
  const [least, most] = [sum("least"), sum("most")];
  if (least >= width) return measured.map((each) => (each.least / least) * width);
  const share = most > least ? (width - least) / (most - least) : 0;
  return measured.map((each) =>
    most <= width ? each.most + (width - most) / columns : each.least + (each.most - each.least) * share,
  );
}

const MEASURED_ROWS = 500;

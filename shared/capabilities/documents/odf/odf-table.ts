import { attribute } from "../container/scan-xml.ts";
import { HiddenColumns } from "../spreadsheet/hidden-columns.ts";
import type { SheetRow } from "../spreadsheet/sheet-blocks.ts";

/** A table or sheet while it is read. Rows and cells that are alike stand in the file once, with their number. */
export class OdfTable {
  readonly rows: SheetRow[] = [];
  readonly name: string;
  readonly #count: (length: number) => void;
  readonly #hidden = new HiddenColumns();
  #cells: (readonly [number, string])[] = [];
  #row = 0;
  #column = 0;
  #repeated = { rows: 1, columns: 1 };
  #isShown = true;
  #columns = 0;
  /** What the cell holds, for a file that does not say how it is shown. */
  #value = "";
  /** Cells with formulas whose results are not in the file. */
  uncalculated = 0;

  /** @param count called with the number of characters that are in the file once and in the text more often */
  constructor(name: string, count: (length: number) => void) {
    this.name = name;
    this.#count = count;
  }

  beginColumn(attributes: string): void {
    const repeated = repeats(attributes, "columns");
    if (isHidden(attributes)) this.#hidden.add(this.#columns, this.#columns + repeated - 1);
    this.#columns += repeated;
  }

  beginRow(attributes: string): void {
    this.#repeated = { rows: repeats(attributes, "rows"), columns: 1 };
    this.#isShown = !isHidden(attributes);
    [this.#cells, this.#column] = [[], 0];
  }

  beginCell(attributes: string): void {
    this.#repeated = { ...this.#repeated, columns: repeats(attributes, "columns") };
    this.#value = heldBy(attributes);
    if (this.#value === "" && attribute(attributes, "formula") !== undefined && !/value-type=/.test(attributes)) {
      this.uncalculated++;
    }
  }

  endCell(shown: string): void {
    const { columns } = this.#repeated;
    const text = shown === "" ? this.#value : shown;
    for (let column = this.#column; text !== "" && column < this.#column + columns; column++) {
      if (column > this.#column) this.#count(text.length);
      if (!this.#hidden.has(column)) this.#cells.push([column, text]);
    }
    this.#column += columns;
  }

  endRow(): void {
    const { rows } = this.#repeated;
    const cells = this.#cells;
    const length = cells.reduce((sum, [, text]) => sum + text.length, 0);
    for (let row = this.#row; this.#isShown && cells.length > 0 && row < this.#row + rows; row++) {
      if (row > this.#row) this.#count(length);
      this.rows.push({ number: row, cells });
    }
    this.#row += rows;
    this.#cells = [];
  }

  /** All cells of a table on a page, the empty ones too. */
  wholeRows(): string[][] {
    const columns = Math.min(this.#columns, MOST_COLUMNS);
    return this.rows.map(({ cells }) => {
      const row = Array.from({ length: Math.max(columns, (cells.at(-1)?.[0] ?? 0) + 1) }, () => "");
      for (const [column, text] of cells) row[column] = text;
      return row;
    });
  }
}

/** Columns that a table on a page has at the most. */
const MOST_COLUMNS = 64;

const isHidden = (attributes: string): boolean =>
  /^(?:collapse|filter)$/.test(attribute(attributes, "visibility") ?? "");

/** Attributes that hold a cell's value, by its type. */
const VALUES = ["string-value", "date-value", "time-value", "boolean-value", "office:value"];

function heldBy(attributes: string): string {
  for (const name of VALUES) {
    const value = attribute(attributes, name);
    if (value !== undefined) return name === "boolean-value" ? value.toUpperCase() : value;
  }
  return "";
}

const repeats = (attributes: string, of: "rows" | "columns"): number =>
  Math.max(1, Number.parseInt(attribute(attributes, `number-${of}-repeated`) ?? "", 10) || 1);

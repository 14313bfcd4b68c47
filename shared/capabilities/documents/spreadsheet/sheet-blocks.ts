import type { Block } from "../structure/blocks.ts";

/** A row of a sheet: its cells that hold something, from left to right. */
export interface SheetRow {
  readonly number: number;
  readonly cells: readonly (readonly [column: number, text: string])[];
}

/** A table of more empty than filled cells by this factor is not aligned: two far cells would make millions. */
const MOST_EMPTY = 20;

/**
 * The tables of a sheet. An empty row parts two of them, and columns without any text are left out.
 * @param rows with cells, in their order
 */
export function sheetBlocks(rows: Iterable<SheetRow>): Block[] {
  const blocks: Block[] = [];
  let table: SheetRow[] = [];
  const end = (): void => {
    if (table.length > 0) blocks.push(tableOf(table));
    table = [];
  };
  for (const row of rows) {
    const last = table.at(-1);
    if (last && row.number !== last.number + 1) end();
    table.push(row);
  }
  end();
  return blocks;
}

function tableOf(rows: readonly SheetRow[]): Block {
  const columns = new Set<number>();
  let filled = 0;
  for (const { cells } of rows) {
    filled += cells.length;
    for (const [column] of cells) columns.add(column);
  }
  const [only] = rows[0]?.cells ?? [];
  if (filled === 1 && only) return { kind: "paragraph", text: only[1] };
  if (rows.length * columns.size > MOST_EMPTY * filled) {
    return { kind: "table", rows: rows.map(({ cells }) => cells.map(([, text]) => text)) };
  }
  const places = new Map([...columns].sort((a, b) => a - b).map((column, place) => [column, place] as const));
  return {
    kind: "table",
    rows: rows.map(({ cells }) => {
      const row = Array.from({ length: places.size }, () => "");
      for (const [column, text] of cells) row[places.get(column) ?? 0] = text;
      return row;
    }),
  };
}

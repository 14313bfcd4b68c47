/**
 * What a document is made of, in reading order. Readers that know a document's structure give blocks; text and Markdown
 * are written from them.
 *
 * @module
 */

/** A part of a document as its reader sees it. */
export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly marker: string; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "item"; readonly level: number; readonly marker: string; readonly text: string }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] }
  /** A picture that recognition may read, by its name within the document. */
  | { readonly kind: "picture"; readonly name: string };

/** A cell of several lines and more characters than this is running text, which one line would make unreadable. */
const LONG_CELL = 400;

/** A line for each paragraph, item and table row; markers in front, tabs between cells. */
export function textOfBlocks(blocks: readonly Block[]): string {
  return blocks.map(textOfBlock).join("");
}

function textOfBlock(block: Block): string {
  switch (block.kind) {
    case "picture":
      return "";
    case "table":
      return block.rows.map((cells) => `${textOfRow(cells)}\n`).join("");
    case "paragraph":
      return `${block.text}\n`;
    default:
      return `${block.marker === "" ? "" : `${block.marker} `}${block.text}\n`;
  }
}

function textOfRow(cells: readonly string[]): string {
  const isLayout = cells.filter((cell) => cell !== "").length <= 1 || cells.some(isLong);
  if (isLayout) return cells.length > 1 && !cells.some(isLong) ? onOneLine(cells) : cells.filter(Boolean).join("\n");
  return onOneLine(cells);
}

const isLong = (cell: string): boolean => cell.length > LONG_CELL && cell.includes("\n");

const onOneLine = (cells: readonly string[]): string =>
  cells.map((cell) => cell.replace(/\s+/g, " ").trim()).join("\t");

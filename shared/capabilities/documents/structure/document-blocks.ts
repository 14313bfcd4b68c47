import type { DocumentBlock } from "../../../../contracts/documents/structure.ts";
import { withoutMeaningless } from "../text/quality.ts";
import { tidy, withoutControls } from "../text/tidy.ts";
import { type Block, textOfBlocks } from "./blocks.ts";

const clean = (text: string): string => tidy(withoutMeaningless(withoutControls(text)));

/** What a reader of a format found, as it is given to callers: without pictures and empty lines. */
export function documentBlocks(blocks: readonly Block[]): DocumentBlock[] {
  return blocks.flatMap((block): DocumentBlock[] => {
    if (block.kind === "picture") return [];
    const sure = { box: null, confidence: 1 };
    if (block.kind === "table") {
      const rows = block.rows.map((row) => row.map((cell) => clean(cell).trim()));
      return rows.length === 0 ? [] : [{ kind: "table", text: clean(textOfBlocks([block])), rows, ...sure }];
    }
    const text = clean(block.text).trim();
    if (text === "") return [];
    if (block.kind === "paragraph") return [{ kind: "paragraph", text, ...sure }];
    return [{ kind: block.kind, level: block.level, marker: block.marker, text, ...sure }];
  });
}

/** The paragraphs of a text that nothing else is known of, parted by empty lines. */
export const paragraphsOf = (text: string, confidence = 1): DocumentBlock[] =>
  text
    .split(/\n\s*\n/)
    .map((part) => clean(part).trim())
    .filter((part) => part !== "")
    .map((part) => ({ kind: "paragraph", text: part, box: null, confidence }));

/** Rows that a table has at the least: a single line with a tab is a line. */
const LEAST_ROWS = 2;

/** The paragraphs of a text, and its tables: lines that follow each other with tabs between their cells. */
export function blocksOfText(text: string): DocumentBlock[] {
  return paragraphsOf(text).flatMap((paragraph): DocumentBlock[] => {
    const groups: string[][] = [];
    for (const line of paragraph.text.split("\n")) {
      const last = groups.at(-1);
      if (last?.[0] !== undefined && isRow(last[0]) === isRow(line)) last.push(line);
      else groups.push([line]);
    }
    const isTable = (lines: readonly string[]): boolean => isRow(lines[0] ?? "") && lines.length >= LEAST_ROWS;
    if (!groups.some(isTable)) return [paragraph];
    return groups.map((lines): DocumentBlock => {
      const shared = { text: lines.join("\n"), box: null, confidence: 1 };
      if (!isTable(lines)) return { kind: "paragraph", ...shared };
      return { kind: "table", rows: lines.map((line) => line.split("\t").map((cell) => cell.trim())), ...shared };
    });
  });
}

const isRow = (line: string): boolean => line.includes("\t");

/**
 * A document in parts that fit into a question: its blocks in order, whole where they fit.
 *
 * @module
 */

import type { DocumentBlock, DocumentPage } from "../../../contracts/documents/structure.ts";
import { markdownOf } from "../documents/structure/markdown.ts";
import type { Span } from "../llm/embedded/normalize/reading.ts";
import { textParts } from "../llm/text-parts.ts";

/** A block with its place in the text of its part. */
interface PlacedBlock extends Span {
  readonly page: number | null;
  readonly box: DocumentBlock["box"];
}

/** A part of a document: what the model is shown, and what its values are looked for in. */
export interface Part {
  readonly pages: readonly DocumentPage[];
  /** What values are looked for in: a line for each row of a table, with tabs between cells. */
  readonly text: string;
  readonly blocks: readonly PlacedBlock[];
}

/** Where a value was found. */
export interface Place {
  readonly page: number | null;
  readonly quote: string;
  readonly box: DocumentBlock["box"];
}

const QUOTE_CHARACTERS = 300;
/** What Markdown adds to a block. */
const MARKUP = 8;

const withMarker = ({ marker, text }: DocumentBlock): string => `${marker ?? ""} ${text}`.trim();

function partOf(pages: readonly DocumentPage[]): Part {
  const blocks: PlacedBlock[] = [];
  let text = "";
  for (const { page, blocks: own } of pages) {
    for (const block of own) {
      if (text !== "") text += "\n\n";
      const start = text.length;
      text += withMarker(block);
      blocks.push({ page, box: block.box, start, end: text.length });
    }
  }
  return { pages, text, blocks };
}

/** The Markdown of a part, as a model is shown it. */
export const markdownOfPart = ({ pages }: Part): string => markdownOf(pages);

/** Rows of a table that is longer than a part, each piece under the first row. */
function piecesOfTable(block: DocumentBlock, max: number): DocumentBlock[] {
  const [head = [], ...rest] = block.rows ?? [];
  const pieces: string[][][] = [];
  let length = Infinity;
  for (const row of rest) {
    const own = row.join("\t").length + 1;
    if (length + own > max) {
      pieces.push([]);
      length = head.join("\t").length;
    }
    pieces.at(-1)?.push(row);
    length += own;
  }
  return pieces.map((rows) => {
    const all = [head, ...rows];
    return { ...block, rows: all, text: all.map((row) => row.join("\t")).join("\n") };
  });
}

/** A block that is longer than a part, cut at the ends of sentences or between rows. */
function pieces(block: DocumentBlock, max: number): DocumentBlock[] {
  if (block.text.length <= max) return [block];
  const tables = block.rows && block.rows.length > 1 ? piecesOfTable(block, max) : [block];
  return tables.flatMap((piece): DocumentBlock[] =>
    piece.text.length <= max
      ? [piece]
      : textParts(piece.text, max, "en").map((text) => ({
          kind: "paragraph",
          text,
          box: block.box,
          confidence: block.confidence,
        })),
  );
}

/** @param max characters of a part */
export function partsOf(pages: readonly DocumentPage[], max: number): Part[] {
  const parts: { readonly page: number | null; readonly blocks: DocumentBlock[] }[][] = [];
  let length = Infinity;
  for (const { page, blocks } of pages) {
    for (const block of blocks.flatMap((each) => pieces(each, max - MARKUP))) {
      const own = withMarker(block).length + MARKUP;
      if (length + own > max) {
        parts.push([]);
        length = 0;
      }
      const last = parts.at(-1)?.at(-1);
      if (last !== undefined && last.page === page) last.blocks.push(block);
      else parts.at(-1)?.push({ page, blocks: [block] });
      length += own;
    }
  }
  return parts.map(partOf);
}

/** The line around a place, with the page and the box of its block. */
export function placeIn({ text, blocks }: Part, { start, end }: Span): Place {
  const block = blocks.find((each) => start < each.end && end > each.start);
  const from = Math.max(block?.start ?? 0, text.lastIndexOf("\n", start) + 1, start - QUOTE_CHARACTERS / 2);
  const line = text.indexOf("\n", end);
  const until = Math.min(line < 0 ? text.length : line, Math.max(end, from + QUOTE_CHARACTERS));
  return { page: block?.page ?? null, quote: text.slice(from, until).trim(), box: block?.box ?? null };
}

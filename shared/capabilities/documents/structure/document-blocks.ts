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

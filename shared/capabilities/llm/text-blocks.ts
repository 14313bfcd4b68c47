/**
 * Blocks of a plain or Markdown text: what line breaks mean before sentences are looked for.
 *
 * @module
 */

/** A block of a text: prose, a heading or an item of a list. */
export interface Block {
  readonly text: string;
  /** Offset in the whole text. */
  readonly start: number;
  readonly kind: "prose" | "heading" | "item";
}

const ITEM = /^\s*(?:[-*•–]|\d{1,2}[.)])\s+\S/u;
const MARKDOWN_HEADING = /^\s*#{1,6}\s+\S/;
const ENDS_SENTENCE = /[.!?…:;,]["'”“»«)\]]*\s*$/u;
const HEADING_CHARACTERS = 100;

/** A short line that stands alone and does not end like a sentence. */
const looksLikeHeading = (text: string): boolean =>
  text.length <= HEADING_CHARACTERS && !text.includes("\n") && !ENDS_SENTENCE.test(text);

/** Splits at blank lines, and before list items and Markdown headings. Markers stay in the text. */
export function splitBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let start = 0;
  const finish = () => {
    const block = lines.join("\n");
    if (block.trim()) {
      const kind = ITEM.test(block)
        ? "item"
        : MARKDOWN_HEADING.test(block) || looksLikeHeading(block.trim())
          ? "heading"
          : "prose";
      blocks.push({ text: block, start, kind });
    }
    lines = [];
  };
  let offset = 0;
  for (const line of text.split("\n")) {
    const blank = line.trim() === "";
    if (blank || ITEM.test(line) || MARKDOWN_HEADING.test(line)) finish();
    if (!blank) {
      if (lines.length === 0) start = offset;
      lines.push(line);
      if (MARKDOWN_HEADING.test(line)) finish();
    }
    offset += line.length + 1;
  }
  finish();
  return blocks;
}

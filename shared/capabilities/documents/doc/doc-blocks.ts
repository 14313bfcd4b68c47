/**
 * From Word's characters, some of which stand for something else ([MS-DOC] 2.4.1 and 2.8.25), to paragraphs and rows.
 *
 * @module
 */

import { append } from "../../../lib/lists.ts";
import { linkBehind, linkOf, shownByInstruction } from "../docx/fields.ts";
import { type Block, textOfBlocks } from "../structure/blocks.ts";
import type { NextMarker } from "./lists.ts";
import type { DocParagraph } from "./paragraphs.ts";
import type { DocStyle } from "./styles.ts";

/** What is known of the paragraphs of a document. */
export interface DocContext {
  /** Of the paragraph that a character ends, by the character's number; undefined where the file has none. */
  readonly paragraph: ((character: number) => DocParagraph) | undefined;
  readonly style: (number: number) => DocStyle;
  readonly marker: NextMarker;
}

const CELL = 0x07;
const [LINE, PAGE, PARAGRAPH, COLUMN] = [0x0b, 0x0c, 0x0d, 0x0e];
/** A field is its instruction, then its result, which is what the page shows. Fields nest. */
const FIELD_BEGIN = 0x13;
const FIELD_RESULT = 0x14;
const FIELD_END = 0x15;
const MEANING: Readonly<Record<number, string>> = {
  9: "\t",
  10: "\n",
  [LINE]: "\n",
  [COLUMN]: "\n",
  // A hyphen that does not divide the line; its optional brother 0x1f is invisible.
  30: "-",
};
const MOST_FIELDS = 64;

interface Field {
  /** Its characters, joined at the end: a string that grows by one at a time is a long chain for the garbage collector. */
  readonly instruction: string[];
  isResult: boolean;
  from: number;
}

/**
 * @param text a part of the document
 * @param first number of its first character in the document
 */
export function docBlocks(text: string, first: number, context: DocContext): Block[] {
  const blocks: Block[] = [];
  const fields: Field[] = [];
  let written: string[] = [];
  let cells: string[] = [];
  let cell: Block[] = [];

  const isHidden = (): boolean => fields.some(({ isResult }) => !isResult);
  const endField = (): void => {
    const field = fields.pop();
    if (!field || isHidden()) return;
    const instruction = field.instruction.join("");
    if (!field.isResult) written.push(shownByInstruction(instruction));
    const link = linkOf(instruction);
    if (field.isResult && link) written.push(linkBehind(link, written.slice(field.from).join("")));
  };
  const take = (at: number): Block => {
    const line = written.join("").replaceAll("\u00ad", "");
    written = [];
    return blockOf(line, context.paragraph?.(first + at), context);
  };
  const endRow = (): void => {
    if (cells.length > 0) blocks.push({ kind: "table", rows: [cells] });
    cells = [];
  };
  const endCell = (at: number): void => {
    cells.push(textOfBlocks([...cell, take(at)]).trim());
    cell = [];
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === FIELD_BEGIN && fields.length < MOST_FIELDS) fields.push({ instruction: [], isResult: false, from: 0 });
    else if (code === FIELD_RESULT) Object.assign(fields.at(-1) ?? {}, { isResult: true, from: written.length });
    else if (code === FIELD_END) endField();
    else if (isHidden()) {
      const field = fields.at(-1);
      if (field && !field.isResult) field.instruction.push(text.charAt(at));
    } else if (code === CELL) {
      const known = context.paragraph?.(first + at);
      // Where nothing is known, a row ends with the same character as a cell, right behind its last cell.
      if (
        known
          ? known.endsRow
          : cells.length > 0 && written.length === 0 && cell.length === 0 && text.charCodeAt(at - 1) === CELL
      )
        endRow();
      else endCell(at);
    } else if (code === PARAGRAPH || code === PAGE) {
      const isInCell = cells.length > 0 && context.paragraph?.(first + at).inTable === true;
      if (!isInCell && cells.length > 0) endRow();
      const block = take(at);
      if (context.paragraph?.(first + at).inTable) cell.push(block);
      else blocks.push(block);
    } else if (code >= 0x20) written.push(text.charAt(at));
    else written.push(MEANING[code] ?? "");
  }
  append(blocks, cell);
  if (written.length > 0) blocks.push(take(text.length - 1));
  endRow();
  return blocks;
}

function blockOf(
  text: string,
  paragraph: DocParagraph | undefined,
  { style: styleOf, marker: next }: DocContext,
): Block {
  if (!paragraph || text.trim() === "") return { kind: "paragraph", text };
  const style = styleOf(paragraph.style);
  const list = paragraph.list || style.list;
  const level = paragraph.list ? paragraph.level : paragraph.level || style.level;
  const marker = list > 0 ? next(list, level) : "";
  if (style.heading > 0) return { kind: "heading", level: style.heading, marker, text };
  return marker === "" ? { kind: "paragraph", text } : { kind: "item", level, marker, text };
}

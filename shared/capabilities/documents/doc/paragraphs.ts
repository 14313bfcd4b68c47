/**
 * Reads properties of paragraphs of a DOC ([MS-DOC] 2.4.6.1 and 2.9.174): which character ends a cell and which a row.
 *
 * @module
 */

/** What is known of a paragraph. */
export interface DocParagraph {
  /** Its last character ends a row of a table. */
  readonly endsRow: boolean;
  readonly inTable: boolean;
  /** Number of its list, from 1; 0 for none. */
  readonly list: number;
  readonly level: number;
  /** Number of its style. */
  readonly style: number;
}

/** Single property modifiers (2.6.2). */
const SPRM = {
  inTable: 0x2416,
  endsRow: 0x2417,
  endsInnerRow: 0x244c,
  level: 0x260a,
  list: 0x460b,
  tableDefinition: 0xd608,
  tabs: 0xc615,
} as const;
/** Bytes of an operand by the first three bits of a modifier; 0 where the operand contains its size. */
const OPERANDS = [1, 1, 2, 4, 2, 2, 0, 3];
const PAGE = 512;
const NONE: DocParagraph = { endsRow: false, inTable: false, list: 0, level: 0, style: 0 };

interface Range extends DocParagraph {
  /** Offsets in the stream WordDocument. */
  readonly from: number;
  readonly to: number;
}

/**
 * @param plc the table of property pages, of the table stream
 * @returns the properties of the paragraph that a place in the stream WordDocument is in; undefined when the file has none
 */
export function readParagraphs(plc: Uint8Array, main: Uint8Array): ((offset: number) => DocParagraph) | undefined {
  const view = viewOf(plc);
  const count = Math.floor((plc.length - 4) / 8);
  const ranges: Range[] = [];
  for (let index = 0; index < count; index++) {
    const number = view.getUint32((count + 1) * 4 + index * 4, true) & 0x3fffff;
    ranges.push(...readPage(main.subarray(number * PAGE, (number + 1) * PAGE)));
  }
  if (ranges.length === 0) return undefined;
  ranges.sort((a, b) => a.from - b.from);
  return (offset) => {
    let [low, high] = [0, ranges.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((ranges[middle]?.from ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const range = ranges[low];
    return range && range.from <= offset && offset < range.to ? range : NONE;
  };
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A page of formatted properties: offsets of paragraphs, then where in the page the properties of each stand. */
function readPage(page: Uint8Array): Range[] {
  if (page.length < PAGE) return [];
  const view = viewOf(page);
  const count = page[PAGE - 1] ?? 0;
  const places = (count + 1) * 4;
  if (places + count * 13 > PAGE) return [];
  return Array.from({ length: count }, (_, index) => {
    const at = (page[places + index * 13] ?? 0) * 2;
    const size = page[at] ?? 0;
    const [start, length] = size === 0 ? [at + 2, 2 * (page[at + 1] ?? 0)] : [at + 1, 2 * size - 1];
    return {
      from: view.getUint32(index * 4, true),
      to: view.getUint32(index * 4 + 4, true),
      ...(at === 0 ? NONE : readProperties(page.subarray(start, Math.min(PAGE, start + length)))),
    };
  });
}

/** A style's number, then modifiers one after the other. */
export function readProperties(bytes: Uint8Array, from = 2): DocParagraph {
  const view = viewOf(bytes);
  const found = { ...NONE, style: bytes.length >= 2 && from === 2 ? view.getUint16(0, true) : 0 };
  for (let at = from; at + 3 <= bytes.length; ) {
    const sprm = view.getUint16(at, true);
    const operand = at + 2;
    if (sprm === SPRM.endsRow || sprm === SPRM.endsInnerRow) found.endsRow = bytes[operand] === 1;
    else if (sprm === SPRM.inTable) found.inTable = bytes[operand] === 1;
    else if (sprm === SPRM.level) found.level = bytes[operand] ?? 0;
    else if (sprm === SPRM.list && operand + 2 <= bytes.length) found.list = view.getUint16(operand, true);
    const size = OPERANDS[sprm >> 13] ?? 1;
    if (size > 0) at = operand + size;
    else if (sprm === SPRM.tableDefinition && operand + 2 <= bytes.length)
      at = operand + 1 + view.getUint16(operand, true);
    else if (sprm === SPRM.tabs && bytes[operand] === 255) break;
    else at = operand + 1 + (bytes[operand] ?? 0);
  }
  return found;
}

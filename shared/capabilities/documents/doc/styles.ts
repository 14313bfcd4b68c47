import { readProperties } from "./paragraphs.ts";

/** What a style says about its paragraphs ([MS-DOC] 2.9.271). */
export interface DocStyle {
  /** Level of a heading, from 1; 0 for none. */
  readonly heading: number;
  readonly list: number;
  readonly level: number;
}

const NONE: DocStyle = { heading: 0, list: 0, level: 0 };
const MOST_STYLES = 4_095;
const MOST_BASES = 20;
const PARAGRAPH = 1;

/** @returns a style by its number, with what it takes over from those it is based on; without any where the sheet is damaged */
export function readDocStyles(sheet: Uint8Array): (number: number) => DocStyle {
  let styles: (DocStyle & { readonly base: number })[] = [];
  try {
    styles = readSheet(sheet);
  } catch {
    // Damaged styles do not take the text along.
  }
  return (number) => {
    let found = NONE;
    for (let at = number, depth = 0; depth < MOST_BASES; depth++) {
      const style = styles[at];
      if (!style) break;
      found = {
        heading: found.heading || style.heading,
        list: found.list || style.list,
        level: found.level || style.level,
      };
      at = style.base;
    }
    return found;
  };
}

function readSheet(sheet: Uint8Array) {
  const styles: (DocStyle & { readonly base: number })[] = [];
  if (sheet.length < 8) return styles;
  const view = new DataView(sheet.buffer, sheet.byteOffset, sheet.byteLength);
  const count = Math.min(MOST_STYLES, view.getUint16(2, true));
  const baseBytes = view.getUint16(4, true);
  let at = 2 + view.getUint16(0, true);
  for (let index = 0; index < count && at + 2 <= sheet.length; index++) {
    const size = view.getUint16(at, true);
    const start = at + 2;
    at = start + size + (size % 2);
    if (size < 10 || at > sheet.length) {
      styles.push({ ...NONE, base: MOST_STYLES });
      continue;
    }
    const builtIn = view.getUint16(start, true) & 0x0fff;
    const kind = view.getUint16(start + 2, true);
    const name = start + baseBytes;
    const properties = name + 2 + view.getUint16(name, true) * 2 + 2;
    const length = (kind & 0x0f) === PARAGRAPH ? view.getUint16(properties, true) : 0;
    const { list, level } = readProperties(sheet.subarray(properties + 2, properties + 2 + length));
    styles.push({ heading: builtIn >= 1 && builtIn <= 9 ? builtIn : 0, list, level, base: kind >> 4 });
  }
  return styles;
}

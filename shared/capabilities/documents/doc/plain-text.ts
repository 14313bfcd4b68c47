/**
 * From Word's characters, some of which stand for something else ([MS-DOC] 2.4.1 and 2.8.25), to text.
 *
 * @module
 */

const CELL = 0x07;
/** A field is its instruction, then its result, which is what the page shows. Fields nest. */
const FIELD_BEGIN = 0x13;
const FIELD_RESULT = 0x14;
const FIELD_END = 0x15;
const MEANING: Readonly<Record<number, string>> = {
  9: "\t",
  10: "\n",
  // Line break, page or section break, end of paragraph, column break.
  11: "\n",
  12: "\n",
  13: "\n",
  14: "\n",
  // A hyphen that does not divide the line; its optional brother 0x1f is invisible.
  30: "-",
};

export function plainText(text: string): string {
  const written: string[] = [];
  /** For each open field, whether the place is still in its instruction. */
  const fields: boolean[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === FIELD_BEGIN) fields.push(true);
    else if (code === FIELD_RESULT) fields.splice(-1, 1, false);
    else if (code === FIELD_END) fields.pop();
    if (fields.includes(true)) continue;
    if (code >= 0x20) written.push(text.charAt(index));
    else if (code !== CELL) written.push(MEANING[code] ?? "");
    // A row ends with the same character as a cell, right behind its last cell.
    else if (text.charCodeAt(index + 1) === CELL) {
      written.push("\n");
      index++;
    } else written.push("\t");
  }
  return written.join("");
}

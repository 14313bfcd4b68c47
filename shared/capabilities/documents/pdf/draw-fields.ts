/**
 * Draws the values of form fields on the page, so that its text contains them. The page is never shown.
 *
 * @module
 */

import type { Field } from "./form-field.ts";
import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";

/** FPDF_PAGEOBJ_TEXT (fpdf_edit.h). */
const TEXT = 1;
/** Size of the letters in points. */
const SIZE = 10;
/** Above the lower edge of a field. */
const RISE = 2;
/** Most texts of a page among which a field's position is searched. */
const MOST_TEXTS = 5_000;
/** What Helvetica has in a PDF: the letters of Windows-1252. */
const WRITABLE =
  /^[\x20-\x7e\xa0-\xff\u20ac\u2018-\u201e\u2013\u2014\u2026\u0160\u0161\u017d\u017e\u0152\u0153\u2022]*$/;

/** The page that fields are drawn on. */
interface Place {
  readonly document: number;
  readonly page: number;
}

/** Draws fields in their positions, in the order of the text around them. One with letters that the font lacks is left out. */
export function drawFields(
  pdfium: Pdfium,
  { document, page }: Place,
  { fields, font }: { readonly fields: readonly Field[]; readonly font: "Helvetica" | "ZapfDingbats" },
): void {
  const name = new TextEncoder().encode(`${font}\0`);
  const texts = textsOf(pdfium, page);
  for (const field of fields) {
    const { text, left, bottom } = field;
    if (font === "Helvetica" && !WRITABLE.test(text)) continue;
    const aligned = name.length + (name.length % 2);
    withMemory(pdfium, aligned + 2 * (text.length + 1), (memory) => {
      pdfium.HEAPU8.set(name, memory);
      const object = pdfium._FPDFPageObj_NewTextObj(document, memory, SIZE);
      if (!object) return;
      pdfium.HEAPU8.set(Buffer.from(`${text}\0`, "utf16le"), memory + aligned);
      pdfium._FPDFText_SetText(object, memory + aligned);
      pdfium._FPDFPageObj_Transform(object, 1, 0, 0, 1, left, bottom + RISE);
      const at = placeAmong(texts, field);
      if (at === undefined || !pdfium._FPDFPage_InsertObjectAtIndex(page, object, at)) {
        pdfium._FPDFPage_InsertObject(page, object);
      } else for (const other of texts) if (other.at >= at) other.at++;
    });
  }
}

interface Text {
  /** Its place in the order of the page. */
  at: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

function textsOf(pdfium: Pdfium, page: number): Text[] {
  const texts: Text[] = [];
  const count = pdfium._FPDFPage_CountObjects(page);
  withMemory(pdfium, 16, (memory) => {
    for (let at = 0; at < count && texts.length < MOST_TEXTS; at++) {
      const object = pdfium._FPDFPage_GetObject(page, at);
      if (!object || pdfium._FPDFPageObj_GetType(object) !== TEXT) continue;
      if (!pdfium._FPDFPageObj_GetBounds(object, memory, memory + 4, memory + 8, memory + 12)) continue;
      const view = viewOf(pdfium);
      const [left = 0, bottom = 0, right = 0, top = 0] = [0, 4, 8, 12].map((edge) =>
        view.getFloat32(memory + edge, true),
      );
      texts.push({ at, left, bottom, right, top });
    }
  });
  return texts;
}

/** Beside the nearest text of its line; else before the next text below it. */
function placeAmong(texts: readonly Text[], { left, bottom }: Field): number | undefined {
  const top = bottom + SIZE + RISE;
  const line = texts.filter((text) => text.bottom < top && text.top > bottom);
  const distance = (text: Text) => (text.left >= left ? text.left - left : Math.max(0, left - text.right));
  const [nearest] = line.sort((one, other) => distance(one) - distance(other));
  if (nearest) return nearest.left >= left ? nearest.at : nearest.at + 1;
  const [next] = texts.filter((text) => text.top <= bottom).sort((one, other) => other.top - one.top);
  return next?.at;
}

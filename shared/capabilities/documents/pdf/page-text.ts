import { withoutControls } from "../text/tidy.ts";
import { readGlyphs } from "./glyphs.ts";
import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";
import { visualText } from "./visual-lines.ts";

/** Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours, with presentation forms. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * The text of a page. PDFium's own order and spacing where the page runs left to right; a page with right-to-left
 * letters is put together from where its glyphs stand, because PDFium then turns whole runs round.
 */
export function pageText(pdfium: Pdfium, page: number): string {
  const textPage = pdfium._FPDFText_LoadPage(page);
  if (!textPage) return "";
  try {
    const text = contentOrder(pdfium, textPage);
    return RIGHT_TO_LEFT.test(text) ? visualText(readGlyphs(pdfium, textPage)) : text;
  } finally {
    pdfium._FPDFText_ClosePage(textPage);
  }
}

function contentOrder(pdfium: Pdfium, textPage: number): string {
  const count = pdfium._FPDFText_CountChars(textPage);
  if (count <= 0) return "";
  // Characters beyond the basic plane take two units each.
  const units = 2 * count + 1;
  return withMemory(pdfium, units * 2, (buffer) => {
    const written = pdfium._FPDFText_GetText(textPage, 0, units - 1, buffer);
    const bytes = new Uint8Array(viewOf(pdfium).buffer, buffer, Math.max(0, written - 1) * 2);
    return withoutControls(joinHyphenated(new TextDecoder("utf-16le").decode(bytes)));
  });
}

/** U+FFFE is PDFium's mark for a hyphen at the end of a line that divides a word. */
const joinHyphenated = (text: string): string => text.replace(/\ufffe(\r?\n)?/g, "");

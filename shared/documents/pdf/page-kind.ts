import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";

/** Fewer letters and digits than this beside a picture of the page are a stamp or a page number, not its text. */
const STAMP_LETTERS = 30;
/** Share of the page that a picture covers when the page is a scan. */
const SCAN_SHARE = 0.5;
const IMAGE = 3;

const letters = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

/** Whether a page shows something that its text layer does not say, so that only recognition can read it. */
export function needsRecognition(pdfium: Pdfium, page: number, text: string): boolean {
  const readable = letters(text);
  if (readable >= STAMP_LETTERS) return false;
  const objects = pdfium._FPDFPage_CountObjects(page);
  if (readable === 0) return objects > 0;
  return largestImageShare(pdfium, page, objects) >= SCAN_SHARE;
}

function largestImageShare(pdfium: Pdfium, page: number, objects: number): number {
  const area = pdfium._FPDF_GetPageWidthF(page) * pdfium._FPDF_GetPageHeightF(page);
  let largest = 0;
  withMemory(pdfium, 16, (memory) => {
    for (let index = 0; index < objects; index++) {
      const object = pdfium._FPDFPage_GetObject(page, index);
      if (!object || pdfium._FPDFPageObj_GetType(object) !== IMAGE) continue;
      if (!pdfium._FPDFPageObj_GetBounds(object, memory, memory + 4, memory + 8, memory + 12)) continue;
      const view = viewOf(pdfium);
      const [left, bottom, right, top] = [0, 4, 8, 12].map((at) => view.getFloat32(memory + at, true)) as Box;
      largest = Math.max(largest, (right - left) * (top - bottom));
    }
  });
  return largest / area;
}

type Box = [number, number, number, number];

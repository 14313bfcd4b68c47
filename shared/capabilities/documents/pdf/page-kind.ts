import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";

/** Fewer letters and digits than this beside a picture of the page are a stamp or a page number, not its text. */
const STAMP_LETTERS = 30;
/** Share of the page that a picture covers when the page is a scan. */
const SCAN_SHARE = 0.5;
const POINTS_PER_INCH = 72;
/** FPDF_PAGEOBJ_IMAGE (fpdf_edit.h). */
const IMAGE = 3;

/**
 * Tells whether a page shows something that its text layer does not say, so that only recognition can read it.
 * @returns the resolution of its largest picture in dots per inch, infinite for drawn letters, which have none;
 * undefined when the text layer is enough
 */
export function resolutionToRecognize(pdfium: Pdfium, page: number, text: string): number | undefined {
  const readable = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (readable >= STAMP_LETTERS) return undefined;
  const objects = pdfium._FPDFPage_CountObjects(page);
  if (objects <= 0) return undefined;
  const { share, resolution } = largestPicture(pdfium, page, objects);
  if (share >= SCAN_SHARE) return resolution;
  return readable === 0 ? Number.POSITIVE_INFINITY : undefined;
}

function largestPicture(pdfium: Pdfium, page: number, objects: number): { share: number; resolution: number } {
  let largest = { area: 0, resolution: Number.POSITIVE_INFINITY };
  withMemory(pdfium, 24, (memory) => {
    const [left, bottom, right, top, wide, high] = [0, 4, 8, 12, 16, 20].map((at) => memory + at) as Places;
    for (let index = 0; index < objects; index++) {
      const object = pdfium._FPDFPage_GetObject(page, index);
      if (!object || pdfium._FPDFPageObj_GetType(object) !== IMAGE) continue;
      if (!pdfium._FPDFPageObj_GetBounds(object, left, bottom, right, top)) continue;
      if (!pdfium._FPDFImageObj_GetImagePixelSize(object, wide, high)) continue;
      const view = viewOf(pdfium);
      const width = view.getFloat32(right, true) - view.getFloat32(left, true);
      const height = view.getFloat32(top, true) - view.getFloat32(bottom, true);
      const area = width * height;
      // By area, for the picture may lie on its side.
      const pixels = view.getUint32(wide, true) * view.getUint32(high, true);
      if (area > largest.area) largest = { area, resolution: Math.sqrt(pixels / area) * POINTS_PER_INCH };
    }
  });
  const whole = pdfium._FPDF_GetPageWidthF(page) * pdfium._FPDF_GetPageHeightF(page);
  return { share: largest.area / whole, resolution: largest.resolution };
}

type Places = [number, number, number, number, number, number];

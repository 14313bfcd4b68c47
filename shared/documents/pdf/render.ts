import { DocumentTooLargeError } from "../../../contracts/document-errors.ts";
import type { GrayImage } from "../image/gray-image.ts";
import type { Limits } from "../limits.ts";
import { type Pdfium, withMemory } from "./pdfium.ts";

/** Dots per inch at which recognition works best; finer scans gain nothing. */
const RESOLUTION = 300;
const POINTS_PER_INCH = 72;
/** A page larger than this, about A3 at 300 dpi, is rendered coarser: posters have large letters. */
const MAX_PIXELS = 18_000_000;

/** FPDFBitmap_Gray and the flags of FPDF_RenderPageBitmap (fpdfview.h). */
const GRAY = 1;
const WITH_ANNOTATIONS = 0x01;
const WHITE = 0xff_ff_ff_ff;

/** A page as a gray picture at 300 dpi, coarser where that would pass the bound on pixels. */
export function renderPage(pdfium: Pdfium, page: number, limits: Limits): GrayImage {
  const inches = { width: pdfium._FPDF_GetPageWidthF(page), height: pdfium._FPDF_GetPageHeightF(page) };
  const scale = Math.min(
    RESOLUTION / POINTS_PER_INCH,
    Math.sqrt(Math.min(MAX_PIXELS, limits.pixels) / (inches.width * inches.height)),
  );
  return render(pdfium, page, inches.width * scale, inches.height * scale, limits);
}

/**
 * A page as a gray picture of the given size.
 * @throws DocumentTooLargeError
 */
export function render(pdfium: Pdfium, page: number, wide: number, high: number, limits: Limits): GrayImage {
  const [width, height] = [Math.max(1, Math.floor(wide)), Math.max(1, Math.floor(high))];
  if (!(width * height <= limits.pixels)) throw new DocumentTooLargeError(`A page has ${width} x ${height} pixels.`);
  return withMemory(pdfium, width * height, (memory) => {
    const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, GRAY, memory, width);
    pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
    pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, WITH_ANNOTATIONS);
    pdfium._FPDFBitmap_Destroy(bitmap);
    return { width, height, pixels: pdfium.HEAPU8.slice(memory, memory + width * height) as Uint8Array<ArrayBuffer> };
  });
}

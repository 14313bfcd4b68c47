import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { GrayImage } from "../image/gray-image.ts";
import type { Limits } from "../limits.ts";
import { type Pdfium, withMemory } from "./pdfium.ts";

/** Dots per inch: a scan is rendered as it was scanned, because enlarging it only blurs; drawn letters as fine as helps. */
const LEAST_RESOLUTION = 150;
const MOST_RESOLUTION = 300;
const POINTS_PER_INCH = 72;
/** A page larger than this, about A3 at 300 dpi, is rendered coarser: posters have large letters. */
const MAX_PIXELS = 18_000_000;

/** FPDFBitmap_Gray and the flags of FPDF_RenderPageBitmap (fpdfview.h). */
const GRAY = 1;
const WITH_ANNOTATIONS = 0x01;
const WHITE = 0xff_ff_ff_ff;

/** A page as a gray picture, at about the resolution that is asked for. */
export function renderPage(
  pdfium: Pdfium,
  page: number,
  { resolution, limits }: { readonly resolution: number; readonly limits: Limits },
): GrayImage {
  const [width, height] = [pdfium._FPDF_GetPageWidthF(page), pdfium._FPDF_GetPageHeightF(page)];
  const scale = Math.min(
    Math.min(MOST_RESOLUTION, Math.max(LEAST_RESOLUTION, resolution)) / POINTS_PER_INCH,
    Math.sqrt(Math.min(MAX_PIXELS, limits.pixels) / (width * height)),
  );
  return render(pdfium, page, { wide: width * scale, high: height * scale, limits });
}

/**
 * A page as a gray picture of the given size.
 * @throws DocumentTooLargeError
 */
export function render(
  pdfium: Pdfium,
  page: number,
  { wide, high, limits }: { readonly wide: number; readonly high: number; readonly limits: Limits },
): GrayImage {
  const [width, height] = [Math.max(1, Math.round(wide)), Math.max(1, Math.round(high))];
  if (!(width * height <= limits.pixels)) throw new DocumentTooLargeError(`A page has ${width} x ${height} pixels.`);
  return withMemory(pdfium, width * height, (memory) => {
    const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, GRAY, memory, width);
    pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
    pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, WITH_ANNOTATIONS);
    pdfium._FPDFBitmap_Destroy(bitmap);
    return { width, height, pixels: pdfium.HEAPU8.slice(memory, memory + width * height) as Uint8Array<ArrayBuffer> };
  });
}

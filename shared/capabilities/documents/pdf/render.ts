import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { GrayImage } from "../image/gray-image.ts";
import type { Limits } from "../limits.ts";
import type { Box } from "./page-objects.ts";
import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";

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

/** Dots of a page that is drawn for its shades alone. */
const MOST_SHADES = 2_000_000;

/** A page as it is drawn with one dot to a point, or fewer: to compare its shades, not to read it. */
export function renderShades(pdfium: Pdfium, page: number, limits: Limits): GrayImage {
  const [wide, high] = [pdfium._FPDF_GetPageWidthF(page), pdfium._FPDF_GetPageHeightF(page)];
  const scale = Math.min(1, Math.sqrt(MOST_SHADES / Math.max(1, wide * high)));
  return render(pdfium, page, { wide: wide * scale, high: high * scale, limits });
}

/** A part of a page, in points of the page as it is before it is turned. */
interface Part {
  readonly box: Box;
  readonly dotsPerPoint: number;
  readonly limits: Limits;
}

/** A part of a page as a gray picture, at about the resolution that is asked for, without annotations. */
export function renderPart(pdfium: Pdfium, page: number, { box, dotsPerPoint, limits }: Part): GrayImage {
  const resolution = Math.min(MOST_RESOLUTION, Math.max(LEAST_RESOLUTION, dotsPerPoint * POINTS_PER_INCH));
  const [wide, high] = [pdfium._FPDF_GetPageWidthF(page), pdfium._FPDF_GetPageHeightF(page)];
  const scale = Math.min(resolution / POINTS_PER_INCH, Math.sqrt(Math.min(MAX_PIXELS, limits.pixels) / (wide * high)));
  const [width, height] = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(high * scale))];
  const [x1, y1, x2, y2] = withMemory(pdfium, 8, (memory) =>
    [[box.left, box.bottom] as const, [box.right, box.top] as const].flatMap(([x, y]) => {
      pdfium._FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, memory, memory + 4);
      const view = viewOf(pdfium);
      return [view.getInt32(memory, true), view.getInt32(memory + 4, true)];
    }),
  ) as [number, number, number, number];
  const [left, right] = [Math.max(0, Math.min(x1, x2)), Math.min(width, Math.max(x1, x2))];
  const [top, bottom] = [Math.max(0, Math.min(y1, y2)), Math.min(height, Math.max(y1, y2))];
  const size = { width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
  return draw(pdfium, { ...size, flags: 0 }, (bitmap, flags) =>
    pdfium._FPDF_RenderPageBitmap(bitmap, page, -left, -top, width, height, 0, flags),
  );
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
  return draw(pdfium, { width, height, flags: WITH_ANNOTATIONS }, (bitmap, flags) =>
    pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags),
  );
}

function draw(
  pdfium: Pdfium,
  { width, height, flags }: { readonly width: number; readonly height: number; readonly flags: number },
  onto: (bitmap: number, flags: number) => void,
): GrayImage {
  return withMemory(pdfium, width * height, (memory) => {
    const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, GRAY, memory, width);
    pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
    onto(bitmap, flags);
    pdfium._FPDFBitmap_Destroy(bitmap);
    return { width, height, pixels: pdfium.HEAPU8.slice(memory, memory + width * height) as Uint8Array<ArrayBuffer> };
  });
}

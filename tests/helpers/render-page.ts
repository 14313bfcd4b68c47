import type { GrayImage } from "../../shared/capabilities/documents/image/gray-image.ts";
import { defaultLimits } from "../../shared/capabilities/documents/limits.ts";
import { loadPdfium } from "../../shared/capabilities/documents/pdf/pdfium.ts";
import { renderPage } from "../../shared/capabilities/documents/pdf/render.ts";

/** The first page of a PDF as a clean scan at 200 dpi. */
export async function renderFirstPage(bytes: Uint8Array): Promise<GrayImage> {
  const pdfium = await loadPdfium();
  const memory = pdfium.wasmExports.malloc(bytes.length);
  pdfium.HEAPU8.set(bytes, memory);
  const page = pdfium._FPDF_LoadPage(pdfium._FPDF_LoadMemDocument(memory, bytes.length, 0), 0);
  return renderPage(pdfium, page, { resolution: 200, limits: defaultLimits });
}

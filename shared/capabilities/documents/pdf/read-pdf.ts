import {
  DocumentCorruptError,
  DocumentEncryptedError,
  DocumentTooLargeError,
} from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import type { OpenDocument, PageContent } from "../opened-document.ts";
import { flattenFields, readFields } from "./form-fields.ts";
import { resolutionToRecognize } from "./page-kind.ts";
import { pageText } from "./page-text.ts";
import type { Pdfium } from "./pdfium.ts";
import { renderPage } from "./render.ts";

/** FPDF_GetLastError (fpdfview.h). */
const PASSWORD = 4;
const SECURITY = 5;

/**
 * Opens a PDF. One that opens without a password is read, whatever its permission flags say, as browsers do.
 * @throws DocumentEncryptedError, DocumentCorruptError, DocumentTooLargeError
 */
export function openPdf(pdfium: Pdfium, bytes: Uint8Array, limits: Limits): Omit<OpenDocument, "format"> {
  const file = pdfium.wasmExports.malloc(bytes.length);
  if (!file) throw new DocumentTooLargeError("The PDF does not fit into the memory it may take.");
  pdfium.HEAPU8.set(bytes, file);
  const document = pdfium._FPDF_LoadMemDocument(file, bytes.length, 0);
  if (!document) {
    const error = pdfium._FPDF_GetLastError();
    pdfium.wasmExports.free(file);
    if (error === PASSWORD) throw new DocumentEncryptedError("The PDF needs a password.");
    if (error === SECURITY) throw new DocumentEncryptedError("The PDF is encrypted in a way that cannot be read.");
    throw new DocumentCorruptError("The PDF is damaged: its structure cannot be read.");
  }
  const close = () => {
    pdfium._FPDF_CloseDocument(document);
    pdfium.wasmExports.free(file);
  };
  const pages = pdfium._FPDF_GetPageCount(document);
  if (pages > 0 && pages <= limits.pages) {
    return { pages, page: (index) => readPage(pdfium, document, index, limits), close };
  }
  close();
  if (pages > limits.pages) {
    throw new DocumentTooLargeError(`The PDF has ${pages} pages; at most ${limits.pages} are read.`);
  }
  throw new DocumentCorruptError("The PDF has no pages.");
}

/** A page that is damaged is an empty one, as in other readers: the rest of the document still has its text. */
function readPage(pdfium: Pdfium, document: number, index: number, limits: Limits): PageContent {
  let page = pdfium._FPDF_LoadPage(document, index);
  if (!page) return { text: "", image: null };
  const { any, values } = readFields(pdfium, page);
  if (any && flattenFields(pdfium, page)) {
    pdfium._FPDF_ClosePage(page);
    page = pdfium._FPDF_LoadPage(document, index);
    if (!page) return { text: "", image: null };
  }
  try {
    const shown = pageText(pdfium, page);
    const text = [shown, ...values.filter((value) => !shown.includes(value))].join("\n");
    const resolution = resolutionToRecognize(pdfium, page, text);
    return { text, image: resolution === undefined ? null : renderPage(pdfium, page, resolution, limits) };
  } finally {
    pdfium._FPDF_ClosePage(page);
  }
}

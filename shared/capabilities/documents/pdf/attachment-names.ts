import { type Pdfium, textFrom } from "./pdfium.ts";

/** Longest name that is read, in bytes of UTF-16. */
const MAX_NAME = 1_024;
/** Attached files that are counted. */
const MOST_FILES = 10_000;

/** The names of the files that are attached to a document. */
export function attachmentNames(pdfium: Pdfium, document: number): string[] {
  const count = Math.min(MOST_FILES, pdfium._FPDFDoc_GetAttachmentCount(document));
  return Array.from({ length: count }, (_, index) => nameOf(pdfium, pdfium._FPDFDoc_GetAttachment(document, index)));
}

function nameOf(pdfium: Pdfium, attachment: number): string {
  if (!attachment) return "?";
  return textFrom(pdfium, MAX_NAME, (memory) => pdfium._FPDFAttachment_GetName(attachment, memory, MAX_NAME)) || "?";
}

import {
  DocumentCorruptError,
  DocumentEncryptedError,
  DocumentTooLargeError,
  UnsupportedFormatError,
} from "../../../contracts/documents/errors.ts";
import { detectContainer } from "./detect-format.ts";
import { readCompoundFile } from "./doc/compound-file.ts";
import { readDoc } from "./doc/read-doc.ts";
import { readDocx } from "./docx/read-docx.ts";
import { decodeJpeg } from "./image/jpeg.ts";
import { decodePng } from "./image/png.ts";
import type { Limits } from "./limits.ts";
import type { Format, OpenDocument, PageContent } from "./opened-document.ts";
import type { Pdfium } from "./pdf/pdfium.ts";
import { openPdf } from "./pdf/read-pdf.ts";
import { decodeText, detectEncoding } from "./text/decode-text.ts";
import { withoutControls } from "./text/tidy.ts";

/**
 * Opens a document of any format that is read.
 * @throws the errors of contracts/documents/errors.ts
 */
export async function openDocument(
  bytes: Uint8Array,
  limits: Limits,
  pdfium: () => Promise<Pdfium>,
): Promise<OpenDocument> {
  if (bytes.length === 0) throw new DocumentCorruptError("The file is empty.");
  if (bytes.length > limits.bytes) throw new DocumentTooLargeError(`The file has ${bytes.length} bytes.`);
  switch (detectContainer(bytes)) {
    case "pdf":
      return { format: "pdf", ...openPdf(await pdfium(), bytes, limits) };
    case "zip":
      return onePage("docx", { text: readDocx(bytes, limits), image: null });
    case "compound":
      return onePage("doc", { text: readWord(bytes, limits), image: null });
    case "png":
      return onePage("png", { text: "", image: decodePng(bytes, limits) });
    case "jpeg":
      return onePage("jpeg", { text: "", image: decodeJpeg(await pdfium(), bytes, limits) });
    case "txt":
      return onePage("txt", { text: decodeText(bytes, detectEncoding(bytes) ?? "utf-8"), image: null });
  }
}

const onePage = (format: Format, content: PageContent): OpenDocument => ({
  format,
  pages: 1,
  page: () => ({ ...content, text: withoutControls(content.text) }),
  close() {},
});

/** A compound file is a DOC, or the safe that an encrypted DOCX lies in, or something else of Office. */
function readWord(bytes: Uint8Array, limits: Limits): string {
  const file = readCompoundFile(bytes);
  if (file.names.includes("EncryptedPackage")) throw new DocumentEncryptedError("The document needs a password.");
  if (file.names.includes("WordDocument")) return readDoc(file, limits);
  throw new UnsupportedFormatError("The file is an Office file, but no Word document.");
}

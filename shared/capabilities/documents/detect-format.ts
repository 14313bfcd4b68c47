import { UnsupportedFormatError } from "../../../contracts/documents/errors.ts";
import { isZip } from "./container/zip.ts";
import { isCompoundFile } from "./doc/compound-file.ts";
import { isBmp } from "./image/bmp.ts";
import { nameUnread } from "./known-formats.ts";
import { pictureKind } from "./picture-kind.ts";
import { type DetectedEncoding, detectEncoding } from "./text/detect-encoding.ts";

/** What a file is, with what was found out on the way. */
export type Container =
  | { readonly kind: "pdf" | "zip" | "compound" | "jpeg" | "png" | "bmp" | "gif" | "tiff" | "rtf" }
  | ({ readonly kind: "text" } & DetectedEncoding);

/** Readers accept a PDF whose header is somewhere in its first 1024 bytes (PDF 1.7, appendix H, note 13). */
const PDF_HEADER_WITHIN = 1_024;
/** Where a PDF's end mark is, counted from the end. */
const PDF_END_WITHIN = 2_048;

/** For messages: what else a file could be saved as. */
const READ_FORMATS =
  "PDF, DOCX, DOC, RTF, ODT, XLSX, ODS, PPTX, ODP, CSV, EML, HTML, Markdown, text, JPEG, PNG, TIFF, GIF and BMP are read";

/**
 * Detects the format of a file from its bytes; its name is used only to distinguish kinds of text (open-text.ts).
 * @throws UnsupportedFormatError
 */
export function detectContainer(bytes: Uint8Array): Container {
  const head = latin1(bytes.subarray(0, PDF_HEADER_WITHIN));
  if (isZip(bytes)) return { kind: "zip" };
  if (isCompoundFile(bytes)) return { kind: "compound" };
  const picture = pictureKind(head);
  if (picture) return { kind: picture };
  if (/^\s*\{\\rtf/.test(head)) return { kind: "rtf" };
  if (isBmp(bytes)) return { kind: "bmp" };
  // What begins as a PDF does and has an object is one, in whatever encoding it could be a text.
  if (HEADER.test(head) && hasObject(bytes)) return { kind: "pdf" };
  const text = detectEncoding(bytes);
  if (isPdf(head, bytes, text !== "binary")) return { kind: "pdf" };
  const unread = nameUnread(head, text !== "binary");
  if (unread) throw new UnsupportedFormatError(unread);
  if (text === "binary") {
    throw new UnsupportedFormatError(
      `The file is in no format that is known here. ${READ_FORMATS}: save it as one of them.`,
    );
  }
  if (text === "unknown") {
    throw new UnsupportedFormatError("The text is in an encoding that cannot be told: save it as UTF-8.");
  }
  return { kind: "text", ...text };
}

/** The header of a PDF, alone on the first line. */
const HEADER = /^\s*%PDF-\d\.\d\s*[\r\n]/;
const hasObject = (bytes: Uint8Array): boolean =>
  /\d\s+\d+\s+obj\b/.test(latin1(bytes.subarray(0, PDF_HEADER_WITHIN * 8)));

/** A text that mentions the header is a text: one that could be text must also end as a PDF does. */
function isPdf(head: string, bytes: Uint8Array, isText: boolean): boolean {
  if (!isText) return head.includes("%PDF-");
  if (!/^\s*%PDF-\d/m.test(head)) return false;
  if (HEADER.test(head)) return bytes.length < PDF_HEADER_WITHIN;
  return hasObject(bytes) && latin1(bytes.subarray(-PDF_END_WITHIN)).includes("%%EOF");
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

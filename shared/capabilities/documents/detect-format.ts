import { UnsupportedFormatError } from "../../../contracts/documents/errors.ts";
import { isCompoundFile } from "./doc/compound-file.ts";
import { isZip } from "./docx/zip.ts";
import { detectEncoding } from "./text/decode-text.ts";

export type Container = "pdf" | "zip" | "compound" | "jpeg" | "png" | "txt";

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Readers accept a PDF whose header stands somewhere in its first 1024 bytes (PDF 1.7, appendix H, note 13). */
const PDF_HEADER_WITHIN = 1_024;

/** Formats that look like text, or that deserve a better message than "unknown". */
const KNOWN: readonly (readonly [name: string, signature: string])[] = [
  ["an RTF document", "{\\rtf"],
  ["PostScript", "%!PS"],
  ["a GIF image", "GIF8"],
  ["a TIFF image", "II*\0"],
  ["a TIFF image", "MM\0*"],
  ["a BMP image", "BM"],
  ["a RIFF file, such as a WebP image", "RIFF"],
  ["a gzip file", "\x1f\x8b"],
  ["a RAR archive", "Rar!"],
  ["a 7z archive", "7z\xbc\xaf"],
  ["a program", "\x7fELF"],
];

/**
 * Tells what a file is from its bytes; its name has no say.
 * @throws UnsupportedFormatError
 */
export function detectContainer(bytes: Uint8Array): Container {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, PDF_HEADER_WITHIN));
  if (isZip(bytes)) return "zip";
  if (isCompoundFile(bytes)) return "compound";
  if (PNG.every((byte, index) => bytes[index] === byte)) return "png";
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (head.includes("%PDF-")) return "pdf";
  const encoding = detectEncoding(bytes);
  const known = KNOWN.find(([name, signature]) => head.startsWith(signature) && (name !== "a BMP image" || !encoding));
  if (known) throw new UnsupportedFormatError(`The file is ${known[0]}; PDF, DOCX, DOC, TXT, JPEG and PNG are read.`);
  if (encoding) return "txt";
  throw new UnsupportedFormatError("The file is in no format that is read: PDF, DOCX, DOC, TXT, JPEG, PNG.");
}

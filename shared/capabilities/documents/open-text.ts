/**
 * Text, and what is written as text: pages of HTML, messages, tables of separated values, Markdown.
 *
 * @module
 */

import type { MessageOptions } from "./open-message.ts";
import { onePage } from "./open-parts.ts";
import type { OpenDocument, PageWarning } from "./opened-document.ts";
import { type DetectedEncoding, decodeText } from "./text/detect-encoding.ts";
import { withoutControls } from "./text/tidy.ts";

/** What a page of HTML begins with, behind comments and declarations of XML. */
const HTML = /^\ufeff?\s*(?:<\?xml[^>]*>\s*|<!--[^>]*-->\s*)*<(?:!doctype\s+html|html)\b/i;

/** Characters at the beginning by which a kind of text is detected. */
const BEGINNING = 16 * 1_024;

/** Plain text, or what is written as text. Bytes that are invalid in its encoding are reported. */
export async function openText(
  bytes: Uint8Array,
  { encoding, guessed }: DetectedEncoding,
  options: MessageOptions,
): Promise<OpenDocument> {
  const { limits, fileName } = options;
  const text = decodeText(bytes, encoding);
  const invalid = encoding === "utf-8" ? countReplaced(text) - countReplacedBefore(bytes) : 0;
  const warnings: PageWarning[] = [];
  if (invalid > 0) {
    const message = `The text has ${invalid} bytes that are not UTF-8 and stand as \ufffd: save it as UTF-8 again if they matter.`;
    warnings.push({ kind: "invalid_characters", message });
  }
  if (guessed) {
    const message = `The text was read as ${encoding}, which is a guess: save it as UTF-8 if letters are wrong.`;
    warnings.push({ kind: "encoding_guessed", message });
  }
  if (HTML.test(text.slice(0, BEGINNING))) {
    const { htmlBlocks } = await import("./html/html-blocks.ts");
    return onePage("html", htmlBlocks(text, limits), warnings);
  }
  const { isMessage } = await import("./mail/read-eml.ts");
  if (isMessage(text.slice(0, BEGINNING))) {
    const { openMessage } = await import("./open-message.ts");
    // A message states the encodings of its parts.
    return openMessage(bytes, options);
  }
  if (/\.(?:md|markdown)$/i.test(fileName)) {
    const { markdownBlocks } = await import("./markdown/read-markdown.ts");
    return onePage("markdown", markdownBlocks(text, limits), warnings);
  }
  if (/\.(?:csv|tsv|tab)$/i.test(fileName)) {
    const { csvBlocks } = await import("./spreadsheet/read-csv.ts");
    const blocks = csvBlocks(text, limits);
    if (blocks) return onePage("csv", blocks, warnings);
  }
  return {
    format: "txt",
    pages: 1,
    page: () => ({ text: withoutControls(text), picture: null, warnings }),
    close() {},
  };
}

const countReplaced = (text: string): number => text.split("\ufffd").length - 1;
/** U+FFFD that the file itself holds. */
function countReplacedBefore(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = buffer.indexOf("\ufffd"); at >= 0; at = buffer.indexOf("\ufffd", at + 3)) count++;
  return count;
}

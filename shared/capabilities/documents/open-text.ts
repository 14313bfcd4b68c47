/**
 * Text, and what is written as text: pages of HTML, messages, tables of separated values, Markdown.
 *
 * @module
 */

import type { MessageOptions } from "./open-message.ts";
import { onePage } from "./open-parts.ts";
import type { OpenDocument, PageWarning } from "./opened-document.ts";
import { type DetectedEncoding, decodeText, isLabel } from "./text/detect-encoding.ts";
import { withoutControls } from "./text/tidy.ts";

/** What a page of HTML begins with, behind comments and declarations of XML. */
const HTML = /^\ufeff?\s*(?:<\?xml[^>]*>\s*|<!--[^>]*-->\s*)*<(?:!doctype\s+html|html)\b/i;

/** A tag of HTML, in what its name says to be a page, or a part of one. */
const TAG = /<(?:p|div|span|table|h[1-6]|ul|ol|br|body|b|a|article|section|main|title|meta)\b[^>]*>/i;

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
  const isPart = /\.(?:html?|xhtml)$/i.test(fileName) && TAG.test(text.slice(0, BEGINNING));
  if (isPart || HTML.test(text.slice(0, BEGINNING))) return openHtml(bytes, { text, encoding, guessed }, options);
  const warnings = warningsOf(bytes, text, { encoding, guessed });
  const { isMessage, isNamedMessage } = await import("./mail/read-eml.ts");
  const head = text.slice(0, BEGINNING);
  if (isMessage(head) || (/\.eml$/i.test(fileName) && isNamedMessage(head))) {
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

/** A page says in what encoding it is; what is detected counts where it does not, or is UTF-8 by its bytes. */
async function openHtml(
  bytes: Uint8Array,
  { text: decoded, ...found }: DetectedEncoding & { readonly text: string },
  { limits }: Pick<MessageOptions, "limits">,
): Promise<OpenDocument> {
  const { htmlBlocks, namedEncoding } = await import("./html/html-blocks.ts");
  const named = found.guessed ? namedEncoding(decodeText(bytes.subarray(0, BEGINNING), "latin1")) : undefined;
  const used = named !== undefined && isLabel(named) ? { encoding: named, guessed: false } : found;
  const text = used.encoding === found.encoding ? decoded : decodeText(bytes, used.encoding);
  return onePage("html", htmlBlocks(text, limits), warningsOf(bytes, text, used));
}

function warningsOf(bytes: Uint8Array, text: string, { encoding, guessed }: DetectedEncoding): PageWarning[] {
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
  return warnings;
}

const countReplaced = (text: string): number => text.split("\ufffd").length - 1;
/** U+FFFD that the file itself holds. */
function countReplacedBefore(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = buffer.indexOf("\ufffd"); at >= 0; at = buffer.indexOf("\ufffd", at + 3)) count++;
  return count;
}

/**
 * Reads the text of a DOCX (ECMA-376, transitional and strict), with all that its pages show.
 *
 * @module
 */

import { DocumentCorruptError, UnsupportedFormatError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import { decodeXml, relationshipsOf } from "./relationships.ts";
import { wordText } from "./word-text.ts";
import { readZip } from "./zip.ts";

/** Parts that a document refers to, by the last word of the relationship's type, in the order in which they are read. */
const FURTHER_PARTS = ["footnotes", "endnotes", "comments", "chart", "diagramData", "header", "footer"];

/** @throws DocumentEncryptedError, DocumentCorruptError, DocumentTooLargeError, UnsupportedFormatError */
export function readDocx(bytes: Uint8Array, limits: Limits): string {
  const zip = readZip(bytes, limits);
  const main = relationshipsOf(zip, "").find(({ kind }) => kind === "officeDocument")?.target;
  if (!zip.has("[Content_Types].xml") || !main) {
    throw new UnsupportedFormatError("The file is a ZIP archive, not a document.");
  }
  const content = zip.read(main);
  if (!content) throw new DocumentCorruptError("The document's main part is missing.");
  const document = decodeXml(content);
  if (!/<(?:\w+:)?document[\s>]/.test(document.slice(0, 4_096))) {
    throw new UnsupportedFormatError("The file is an Office file, but no Word document.");
  }
  const further = relationshipsOf(zip, main)
    .map(({ kind, target }) => ({ order: FURTHER_PARTS.indexOf(kind), target }))
    .filter(({ order }) => order >= 0)
    .sort((a, b) => a.order - b.order);
  const texts = [wordText(document, limits)];
  for (const target of new Set(further.map(({ target }) => target))) {
    const part = zip.read(target);
    if (part) texts.push(wordText(decodeXml(part), limits));
  }
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .join("\n\n");
}

import type { ZipFile } from "./zip.ts";

/** Parts by which ZIP containers are known that are not read, with what to save them as. */
const KNOWN: readonly (readonly [part: string, name: string, advice: string])[] = [
  ["xl/workbook.bin", "an Excel file (XLSB)", "save it as XLSX or PDF"],
  ["visio/document.xml", "a Visio drawing", "save it as PDF"],
  ["FixedDocSeq.fdseq", "an XPS document", "print it to PDF"],
  ["META-INF/container.xml", "an e-book (EPUB)", "convert it to PDF"],
  ["Index/Document.iwa", "a file of Pages, Numbers or Keynote", "export it as PDF or DOCX"],
  ["META-INF/MANIFEST.MF", "a Java program", "upload the documents themselves"],
  ["content.xml", "an OpenDocument drawing or formula", "save it as PDF"],
];

/** @returns a sentence for a container that is not read, with the way out */
export function nameOfZip(zip: ZipFile): string | undefined {
  const known = KNOWN.find(([part]) => zip.has(part));
  if (known) return `The file is ${known[1]}, which is not read: ${known[2]}.`;
  if (!zip.has("[Content_Types].xml")) {
    return "The file is a ZIP archive, not a document: unpack it and upload the documents in it.";
  }
  return undefined;
}

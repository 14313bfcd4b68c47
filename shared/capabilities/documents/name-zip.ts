import type { ZipFile } from "./docx/zip.ts";

/** Parts by which ZIP containers are known that are not read, with what to save them as. */
const KNOWN: readonly (readonly [part: string, name: string, advice: string])[] = [
  ["xl/workbook.xml", "an Excel file (XLSX)", "save it as PDF or CSV"],
  ["xl/workbook.bin", "an Excel file (XLSB)", "save it as PDF or CSV"],
  ["ppt/presentation.xml", "a PowerPoint file (PPTX)", "save it as PDF"],
  ["visio/document.xml", "a Visio drawing", "save it as PDF"],
  ["FixedDocSeq.fdseq", "an XPS document", "print it to PDF"],
  ["META-INF/container.xml", "an e-book (EPUB)", "convert it to PDF"],
  ["Index/Document.iwa", "a file of Pages, Numbers or Keynote", "export it as PDF or DOCX"],
  ["META-INF/MANIFEST.MF", "a Java program", "upload the documents themselves"],
  ["content.xml", "an OpenDocument file (ODT, ODS or ODP)", "save it as DOCX or PDF"],
];

/** @returns a sentence for a container that is not a Word document, with the way out */
export function nameOfZip(zip: ZipFile): string | undefined {
  const known = KNOWN.find(([part]) => zip.has(part));
  if (known) return `The file is ${known[1]}, which is not read: ${known[2]}.`;
  if (!zip.has("[Content_Types].xml")) {
    return "The file is a ZIP archive, not a document: unpack it and upload the documents in it.";
  }
  return undefined;
}

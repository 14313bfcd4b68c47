import {
  DocumentCorruptError,
  DocumentEncryptedError,
  DocumentTooLargeError,
  UnsupportedFormatError,
} from "../../../contracts/documents/errors.ts";
import { readZip, type ZipFile } from "./container/zip.ts";
import { detectContainer } from "./detect-format.ts";
import { readCompoundFile } from "./doc/compound-file.ts";
import { onePage, openWord } from "./open-parts.ts";
import { openPictures } from "./open-pictures.ts";
import { openText } from "./open-text.ts";
import type { OpenDocument, OpenOptions } from "./opened-document.ts";
import { cutOff, missingPart, notCalculated } from "./page-warnings.ts";
import { openPdf } from "./pdf/read-pdf.ts";
import type { Block } from "./structure/blocks.ts";

/**
 * Opens a document of any format that is read. Readers of formats other than PDF are loaded when they are needed.
 * @throws the errors of contracts/documents/errors.ts
 */
export async function openDocument(bytes: Uint8Array, options: OpenOptions): Promise<OpenDocument> {
  const { limits, mode, pdfium } = options;
  if (bytes.length === 0) throw new DocumentCorruptError("The file is empty.");
  if (bytes.length > limits.bytes) throw new DocumentTooLargeError(`The file has ${bytes.length} bytes.`);
  const found = detectContainer(bytes);
  switch (found.kind) {
    case "pdf":
      return { format: "pdf", ...openPdf(await pdfium(), bytes, { limits, mode }) };
    case "zip":
      return openZip(bytes, options);
    case "compound":
      return openCompound(bytes, options);
    case "rtf": {
      const { readRtf } = await import("./rtf/read-rtf.ts");
      const { blocks, isCutOff } = readRtf(bytes, limits);
      return onePage("rtf", blocks, isCutOff ? [cutOff("Its end is")] : []);
    }
    case "text":
      return openText(bytes, found, { ...options, open: openDocument });
    default:
      return openPictures(found.kind, bytes, options);
  }
}

async function openZip(bytes: Uint8Array, options: OpenOptions): Promise<OpenDocument> {
  const { limits } = options;
  const zip = readZip(bytes, limits);
  const { odfFormat, readOdf } = await import("./odf/read-odf.ts");
  const odf = odfFormat(zip);
  if (odf) return openOdf({ zip, format: odf }, readOdf(zip, odf, limits), options);
  const { isXlsx, readXlsx } = await import("./spreadsheet/read-xlsx.ts");
  if (isXlsx(zip)) {
    const { blocks, uncalculated, missing } = readXlsx(zip, limits);
    const warnings = missing.map((what) => missingPart(what));
    return onePage("xlsx", blocks, uncalculated > 0 ? [...warnings, notCalculated(uncalculated)] : warnings);
  }
  const { isPptx, readPptx } = await import("./slides/read-pptx.ts");
  if (isPptx(zip)) {
    const { openSlides } = await import("./open-slides.ts");
    return openSlides({ zip, format: "pptx" }, readPptx(zip), options);
  }
  const { nameOfZip } = await import("./container/name-zip.ts");
  const unread = nameOfZip(zip);
  if (unread) throw new UnsupportedFormatError(unread);
  const { chunkReader } = await import("./read-chunk.ts");
  const { readDocx } = await import("./docx/read-docx.ts");
  return openWord("docx", readDocx(zip, limits, await chunkReader(limits)), options);
}

async function openOdf(
  { zip, format }: { readonly zip: ZipFile; readonly format: "odt" | "ods" | "odp" },
  { parts, uncalculated }: ReturnType<typeof import("./odf/read-odf.ts").readOdf>,
  options: OpenOptions,
): Promise<OpenDocument> {
  const isLost = (block: Block): boolean => block.kind === "picture" && !zip.has(block.name);
  const warnings = [
    ...(zip.has("styles.xml") ? [] : [missingPart("Its header, its footer and what its styles say are")]),
    ...(parts.flat().some(isLost) ? [missingPart("A picture is")] : []),
  ];
  if (format === "odt") {
    return openWord("odt", { blocks: parts.flat(), warnings, picture: (name) => zip.read(name) }, options);
  }
  if (format === "ods") return onePage("ods", parts.flat(), uncalculated > 0 ? [notCalculated(uncalculated)] : []);
  const slides = parts.map((blocks) => () => ({
    blocks,
    pictures: blocks.flatMap((block) => (block.kind === "picture" ? [block.name] : [])),
  }));
  const { openSlides } = await import("./open-slides.ts");
  return openSlides({ zip, format }, slides, options);
}

/** Streams by which other programs' compound files are known, in lower case. */
const OTHERS: readonly (readonly [stream: string, name: string, advice: string])[] = [
  ["workbook", "an Excel file (XLS)", "save it as XLSX or PDF"],
  ["book", "an Excel file (XLS)", "save it as XLSX or PDF"],
  ["powerpoint document", "a PowerPoint file (PPT)", "save it as PPTX or PDF"],
  ["__properties_version1.0", "an Outlook message (MSG)", "save it as EML or print it to PDF"],
  ["quill", "a Publisher file", "save it as PDF"],
  ["visiodocument", "a Visio drawing", "save it as PDF"],
];

/** A compound file is a DOC, or the safe that an encrypted DOCX is in, or something else of Office. */
async function openCompound(bytes: Uint8Array, options: OpenOptions): Promise<OpenDocument> {
  const file = readCompoundFile(bytes);
  const names = new Set(file.names.map((name) => name.toLowerCase()));
  if (names.has("encryptedpackage")) throw new DocumentEncryptedError("The document needs a password.");
  if (names.has("worddocument")) {
    const { readDoc } = await import("./doc/read-doc.ts");
    return openWord("doc", readDoc(file, options.limits), options);
  }
  const other = OTHERS.find(([stream]) => names.has(stream));
  throw new UnsupportedFormatError(
    other
      ? `The file is ${other[1]}, which is not read: ${other[2]}.`
      : "The file is an Office file, but not a Word document: save it as PDF.",
  );
}

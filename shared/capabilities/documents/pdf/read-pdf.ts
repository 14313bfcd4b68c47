import {
  DocumentCorruptError,
  DocumentEncryptedError,
  DocumentTooLargeError,
} from "../../../../contracts/documents/errors.ts";
import type { OcrMode } from "../../../../contracts/documents/warnings.ts";
import type { Limits } from "../limits.ts";
import type { OpenDocument, PageContent, PageWarning } from "../opened-document.ts";
import { lostPage, tornPage } from "../page-warnings.ts";
import { paragraphsOf } from "../structure/document-blocks.ts";
import { naturalShare } from "../text/natural-words.ts";
import { attachmentNames } from "./attachment-names.ts";
import { PageDamage } from "./damage/page-damage.ts";
import { drawFields } from "./draw-fields.ts";
import { type Field, withMarks } from "./form-field.ts";
import { removeHiddenLayers } from "./hidden-layers.ts";
import { type PageText, pageText } from "./page-text.ts";
import type { Pdfium } from "./pdfium.ts";
import { pictureOf } from "./picture-of-page.ts";
import { type FormFields, flattenFields, readFields } from "./read-fields.ts";
import { removeUnseenText } from "./unseen-text.ts";

/** FPDF_GetLastError (fpdfview.h). */
const PASSWORD = 4;
const SECURITY = 5;
/** FORMTYPE_XFA_FULL (fpdf_formfill.h): the pages themselves hold a request to open the file with Adobe's program. */
const XFA_ONLY = 2;
const XFA: PageWarning = {
  kind: "xfa_form",
  message: "A form of the kind XFA, which only Adobe's programs show: print it to a PDF file there, and upload that.",
};

/**
 * Opens a PDF. One that opens without a password is read, whatever its permission flags say, as browsers do.
 * @throws DocumentEncryptedError, DocumentCorruptError, DocumentTooLargeError
 */
export function openPdf(
  pdfium: Pdfium,
  bytes: Uint8Array,
  { limits, mode }: { readonly limits: Limits; readonly mode: OcrMode },
): Omit<OpenDocument, "format"> {
  const file = pdfium.wasmExports.malloc(bytes.length);
  if (!file) throw new DocumentTooLargeError("The PDF does not fit into the memory it may take.");
  pdfium.HEAPU8.set(bytes, file);
  const document = pdfium._FPDF_LoadMemDocument(file, bytes.length, 0);
  if (!document) {
    const error = pdfium._FPDF_GetLastError();
    pdfium.wasmExports.free(file);
    if (error === PASSWORD) throw new DocumentEncryptedError("The PDF needs a password.");
    if (error === SECURITY) throw new DocumentEncryptedError("The PDF is encrypted in a way that cannot be read.");
    throw new DocumentCorruptError("The PDF is damaged: its structure cannot be read.");
  }
  const close = () => {
    pdfium._FPDF_CloseDocument(document);
    pdfium.wasmExports.free(file);
  };
  const pages = pdfium._FPDF_GetPageCount(document);
  if (pages > 0 && pages <= limits.pages) {
    const damage = new PageDamage(bytes, limits.pages);
    const isXfa = pdfium._FPDF_GetFormType(document) === XFA_ONLY;
    const left = damage.isPortfolio ? attachmentNames(pdfium, document) : [];
    const warnings = [
      ...(isXfa ? [XFA] : []),
      ...(left.length > 0 ? [portfolio(left)] : []),
      ...damage.ofDocument(pages),
    ];
    const page = (index: number): PageContent => {
      const content = readPage(pdfium, { document, index }, { limits, mode, hasLayers: damage.hasLayers });
      const isTorn = content !== LOST && damage.ofPage(index, { withPictures: content.picture !== null });
      const own = content.warnings ?? [];
      return { ...content, warnings: [...(index === 0 ? warnings : []), ...(isTorn ? [tornPage()] : []), ...own] };
    };
    return { pages, page, close };
  }
  close();
  if (pages > limits.pages) {
    throw new DocumentTooLargeError(`The PDF has ${pages} pages; at most ${limits.pages} are read.`);
  }
  throw new DocumentCorruptError("The PDF has no pages.");
}

/** Names of attached files that a warning has room for. */
const MOST_NAMES = 10;

const portfolio = (names: readonly string[]): PageWarning => ({
  kind: "attachment_left_out",
  message: `The file is a portfolio of ${names.length} files, which are left out: ${names.slice(0, MOST_NAMES).join(", ")}${names.length > MOST_NAMES ? ", ..." : ""}. Save them from it, and upload each by itself.`,
});

/** Share of letters that are in natural words before, and no longer after. */
const MIXED_UP = 0.2;

const LOST: PageContent = { text: "", picture: null, warnings: [lostPage()] };

/** Whether a page's text has a value, in whatever spaces. */
const shows = (text: string, value: string): boolean => folded(text).includes(folded(value));
const folded = (text: string): string => text.replace(/\s+/g, " ").trim();

const textsOf = (fields: readonly Field[]): string[] => fields.map(({ text }) => text);

/** The text of a page with the values of its fields, each in its position. */
function filledText(
  pdfium: Pdfium,
  place: { readonly document: number; readonly page: number },
  { values, boxes }: Pick<FormFields, "values" | "boxes">,
): PageText {
  drawFields(pdfium, place, { fields: boxes, font: "ZapfDingbats" });
  const flat = pageText(pdfium, place.page);
  const unshown = values.filter(({ text, isUndrawn }) => isUndrawn || !shows(flat.text, text));
  if (unshown.length > 0) drawFields(pdfium, place, { fields: unshown, font: "Helvetica" });
  const filled = unshown.length > 0 ? pageText(pdfium, place.page) : flat;
  if (boxes.length === 0) return filled;
  const blocks = filled.blocks?.map((block) => ({
    ...block,
    text: withMarks(block.text),
    ...(block.rows && { rows: block.rows.map((row) => row.map(withMarks)) }),
  }));
  return { ...filled, text: withMarks(filled.text), ...(blocks && { blocks }) };
}

/** Putting fields into the page's content may mix up the fonts of the two, where their names are the same. */
const isWorse = (after: PageText, before: PageText): boolean =>
  before.quality === "good" &&
  (after.quality !== "good" || naturalShare(after.text) < naturalShare(before.text) - MIXED_UP);

/** A page that is damaged is an empty one, as in other readers: the rest of the document still has its text. */
function readPage(
  pdfium: Pdfium,
  { document, index }: { readonly document: number; readonly index: number },
  { limits, mode, hasLayers }: { readonly limits: Limits; readonly mode: OcrMode; readonly hasLayers: boolean },
): PageContent {
  let page = pdfium._FPDF_LoadPage(document, index);
  if (!page) return LOST;
  const { any, values, boxes } = readFields(pdfium, document, page);
  const before = any ? pageText(pdfium, page) : undefined;
  if (before && flattenFields(pdfium, page)) {
    pdfium._FPDF_ClosePage(page);
    page = pdfium._FPDF_LoadPage(document, index);
    if (!page) return LOST;
  }
  try {
    if (hasLayers) removeHiddenLayers(pdfium, page, limits);
    removeUnseenText(pdfium, page, limits);
    const after = before ? filledText(pdfium, { document, page }, { values, boxes }) : pageText(pdfium, page);
    const { text: shown, quality, blocks } = before && isWorse(after, before) ? before : after;
    const unshown = textsOf(values).filter((value) => !shows(shown, value));
    const text = [shown, ...unshown].join("\n");
    const all = blocks && [...blocks, ...paragraphsOf(unshown.join("\n\n"))];
    return { text, ...(all && { blocks: all }), ...pictureOf(pdfium, page, { text, quality, limits, mode }) };
  } finally {
    pdfium._FPDF_ClosePage(page);
  }
}

import type { DocumentBlock } from "../../../contracts/documents/structure.ts";
import type { OcrMode, WarningKind } from "../../../contracts/documents/warnings.ts";
import type { GrayImage } from "./image/gray-image.ts";
import type { Limits } from "./limits.ts";
import type { Pdfium } from "./pdf/pdfium.ts";

/** The formats that are read. */
export type Format =
  | "pdf"
  | "docx"
  | "doc"
  | "rtf"
  | "odt"
  | "xlsx"
  | "ods"
  | "csv"
  | "pptx"
  | "odp"
  | "html"
  | "eml"
  | "markdown"
  | "txt"
  | "jpeg"
  | "png"
  | "tiff"
  | "bmp"
  | "gif";

const WITH_PAGES: ReadonlySet<Format> = new Set(["pdf", "pptx", "odp", "jpeg", "png", "tiff", "bmp", "gif"]);

/** Whether documents of a format have pages of their own, rather than parts that are read one by one. */
export const hasPages = (format: Format): boolean => WITH_PAGES.has(format);

/** A picture that recognition is to read. */
export interface Picture {
  readonly image: GrayImage;
  /**
   * - `page`: the whole page as it looks. What is recognized replaces the text if it contains more.
   * - `rubbish`: the same, for a text that makes no sense.
   * - `beside`: what the page shows without its text. What is recognized is added to the text.
   * - `within`: pictures that are a part of the page. What is recognized is added where it is surely text.
   */
  readonly use: "page" | "rubbish" | "beside" | "within";
}

/** A warning whose page is known from where it comes. */
export interface PageWarning {
  readonly kind: WarningKind;
  readonly message: string;
}

/** What a page holds. */
export interface PageContent {
  /** The page's own text; "" where it has none. */
  readonly text: string;
  readonly picture: Picture | null;
  /** What its text is made of; paragraphs of the text where nothing more is known. */
  readonly blocks?: readonly DocumentBlock[];
  readonly warnings?: readonly PageWarning[];
}

/** A document, opened; everything else about it comes page by page. */
export interface OpenDocument {
  readonly format: Format;
  /** Pages, or parts for a format without pages: its text, and each picture that is read. */
  readonly pages: number;
  /** @param index from 0 */
  page(index: number): PageContent | Promise<PageContent>;
  close(): void;
}

/** Opens a document; given to what documents are within. */
export type Opener = (bytes: Uint8Array, options: OpenOptions) => Promise<OpenDocument>;

/** What opening a document takes beside its bytes. */
export interface OpenOptions {
  /** The kind of text that a text is; all other formats are detected from the content. */
  readonly fileName: string;
  readonly limits: Limits;
  readonly mode: OcrMode;
  /** Whether the attachments of a message are read with it. */
  readonly attachments: boolean;
  readonly pdfium: () => Promise<Pdfium>;
}

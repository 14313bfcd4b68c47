import type { GrayImage } from "./image/gray-image.ts";

/** The formats that are read. */
export type Format = "pdf" | "docx" | "doc" | "txt" | "jpeg" | "png";

/** What a page holds. */
export interface PageContent {
  /** The page's own text; "" where it has none. */
  readonly text: string;
  /** The page as a picture when its text layer says nothing and recognition should try. */
  readonly image: GrayImage | null;
}

/** A document, opened; everything else about it comes page by page. */
export interface OpenDocument {
  readonly format: Format;
  readonly pages: number;
  /** @param index from 0 */
  page(index: number): PageContent;
  close(): void;
}

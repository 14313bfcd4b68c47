/**
 * Fills pages from top to bottom. Nothing is drawn yet: each page is a list of what is to be drawn on it.
 *
 * @module
 */

import { BookTooLargeError } from "../../../../contracts/books/errors.ts";
import type { Element } from "./structure.ts";

/** A5, in points; the text is between the margins. */
export const PAGE = { width: 419.53, height: 595.28, left: 54, right: 54, top: 54, bottom: 66 } as const;
/** Width of the text. */
export const TEXT_WIDTH = PAGE.width - PAGE.left - PAGE.right;
/** Height of the text. */
export const TEXT_HEIGHT = PAGE.height - PAGE.top - PAGE.bottom;

const MAX_PAGES = 2_500;

/** Draws onto the page that is the last of the document. */
export type Draw = (doc: PDFKit.PDFDocument) => void;

/** What is drawn; without an element it is decoration, which readers aloud pass over. */
export interface Operation {
  readonly element: Element | undefined;
  readonly draw: Draw;
}

/** A heading of the file, for contents and outline. */
export interface FileHeading {
  readonly title: string;
  /** 1 for a chapter. */
  readonly depth: number;
  /** Among the pages of the chapters, counted from 0. */
  readonly page: number;
  /** From the top of the page. */
  readonly y: number;
  readonly destination: string;
}

/** Pages so far. */
export class Flow {
  readonly pages: Operation[][] = [[]];
  /** From the top of the page, in points. */
  y: number = PAGE.top;

  /** What is left of the page, in points. */
  get room(): number {
    return PAGE.height - PAGE.bottom - this.y;
  }

  /** Whether nothing is on the page yet. */
  get isAtTop(): boolean {
    return this.y === PAGE.top;
  }

  /** The page, counted from 0. */
  get page(): number {
    return this.pages.length - 1;
  }

  /** @throws BookTooLargeError when there would be too many */
  newPage(): void {
    if (this.pages.length >= MAX_PAGES) throw new BookTooLargeError(`The PDF would have more than ${MAX_PAGES} pages.`);
    this.pages.push([]);
    this.y = PAGE.top;
  }

  /** Begins a page unless so much is left of this one. Returns whether it did. */
  need(height: number): boolean {
    if (height <= this.room || this.isAtTop) return false;
    this.newPage();
    return true;
  }

  /** Leaves room between two blocks; none at the top of a page. */
  gap(height: number): void {
    if (!this.isAtTop) this.y += Math.min(height, Math.max(0, this.room));
  }

  /** Adds to the page. */
  draw(element: Element | undefined, draw: Draw): void {
    this.pages.at(-1)?.push({ element, draw });
  }
}

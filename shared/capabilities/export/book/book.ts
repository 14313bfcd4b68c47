/**
 * A book as every format is made from it: chapters as syntax trees, cleaned of what no format takes.
 *
 * @module
 */

import type { BlockContent, DefinitionContent, Root, RootContent } from "mdast";
import type { Source } from "../../../../contracts/tasks/book-fields.ts";
import type { BookInput, ExportWarning } from "../../../../contracts/tasks/export.ts";

/** Blocks of a chapter, or of a footnote. */
export type Block = RootContent | BlockContent | DefinitionContent;

/** A warning in the result; `chapter` counts from 1. */
export interface Warning {
  readonly code: ExportWarning;
  readonly message: string;
  readonly chapter: number | null;
}

/** A chapter without its heading. */
export interface BookChapter {
  /** Before the title; null for a part without one. */
  readonly number: number | null;
  readonly title: string;
  /** Headings begin at depth 2; no HTML, no references that are to be resolved. */
  readonly root: Root;
  /** Footnotes by their labels, in the order in which the text names them. */
  readonly notes: ReadonlyMap<string, readonly Block[]>;
}

/** A whole book. */
export interface Book {
  readonly title: string;
  readonly author: string;
  /** ISO 639-1, or `und`. */
  readonly language: string;
  readonly metadata: NonNullable<BookInput["metadata"]>;
  readonly chapters: readonly BookChapter[];
  readonly sources: readonly Source[];
  readonly words: number;
}

/** A file that was made of a book. */
export interface BookFile {
  readonly bytes: Uint8Array;
  /** Null for formats without pages of their own. */
  readonly pages: number | null;
  readonly warnings: readonly Warning[];
}

/** The text of a chapter's heading: `3. Sails`, or the title alone. */
export const headingOf = ({ number, title }: Pick<BookChapter, "number" | "title">): string =>
  number === null ? title : `${number}. ${title}`;

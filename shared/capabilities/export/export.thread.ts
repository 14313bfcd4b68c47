/**
 * Makes files of books beside the event loop.
 *
 * @module
 */

import type { BookFormat, BookInput } from "../../../contracts/tasks/export.ts";
import { serveCalls } from "../../lib/threads/serve-calls.ts";
import type { Book, BookFile, Warning } from "./book/book.ts";
import { buildBook } from "./book/build-book.ts";
import { writeMarkdown } from "./markdown/write-markdown.ts";

/** What the thread is asked for. */
export interface ExportCall {
  readonly input: BookInput;
  readonly formats: readonly BookFormat[];
}

/** The files in the order asked for, with what is known of their book. */
export interface ExportAnswer {
  readonly files: readonly Omit<BookFile, "warnings">[];
  readonly words: number;
  readonly language: string;
  readonly warnings: readonly Warning[];
}

const writers: Readonly<Record<BookFormat, (book: Book) => BookFile | Promise<BookFile>>> = {
  markdown: writeMarkdown,
  docx: async (book) => (await import("./docx/write-docx.ts")).writeDocx(book),
  pdf: async (book) => (await import("./pdf/write-pdf.ts")).writePdf(book),
};

serveCalls<ExportCall, ExportAnswer>(
  async ({ input, formats }) => {
    const { book, warnings } = buildBook(input);
    const files: BookFile[] = [];
    for (const format of formats) files.push(await writers[format](book));
    const { words, language } = book;
    return { files, words, language, warnings: [...warnings, ...files.flatMap((file) => file.warnings)] };
  },
  ({ files }) => files.map(({ bytes }) => bytes.buffer as ArrayBuffer),
);

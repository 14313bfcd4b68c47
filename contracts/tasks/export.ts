/**
 * Tasks that make files of books: Markdown, Word and PDF.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { bookLanguageSchema, chaptersSchema, sourcesSchema, titleSchema } from "./book-fields.ts";

/** Files that a book is made into. */
export const bookFormats = ["markdown", "docx", "pdf"] as const;
/** One of {@link bookFormats}. */
export type BookFormat = (typeof bookFormats)[number];

/** What each format is called and sent as. */
export const bookFileTypes = {
  markdown: { extension: "md", contentType: "text/markdown; charset=utf-8" },
  docx: {
    extension: "docx",
    contentType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  },
  pdf: { extension: "pdf", contentType: "application/pdf" },
} as const satisfies Record<BookFormat, { readonly extension: string; readonly contentType: string }>;

/** What is returned of a book beside its files. */
export const exportWarnings = [
  "html_dropped",
  "image_not_embedded",
  "unknown_source",
  "unknown_footnote",
  "missing_character",
  "right_to_left",
  "missing_hyphenation",
  "unclosed_code",
] as const;
/** One of {@link exportWarnings}. */
export type ExportWarning = (typeof exportWarnings)[number];

const bookSchema = z.strictObject({
  title: titleSchema,
  author: titleSchema,
  chapters: chaptersSchema,
  sources: sourcesSchema.default([]).describe("What `[1]`, `[2]` and so on in the chapters stand for."),
  language: bookLanguageSchema,
  metadata: z
    .strictObject({
      subtitle: titleSchema.nullish(),
      description: z.string().max(4_000).nullish(),
      keywords: z.array(z.string().max(100)).max(50).nullish(),
      publisher: titleSchema.nullish(),
      date: z.iso.date().nullish().describe("Of publication, shown on the title page."),
      rights: z.string().max(1_000).nullish().describe("Such as a copyright notice, shown behind the title page."),
    })
    .nullish(),
});

/** Warnings about the files: nothing is left out of them silently. */
const warningSchema = z.strictObject({
  code: z.enum(exportWarnings),
  message: z.string(),
  chapter: z.int().nullable().describe("Which chapter, counted from 1; null for the whole book."),
});

const fileSchema = z.strictObject({
  name: z.string(),
  format: z.enum(bookFormats),
  content_type: z.string(),
  bytes: z.int(),
  link: z.string().describe("Path that gives a link to its content."),
});

const resultSchema = z.strictObject({
  files: z.array(fileSchema),
  chapters: z.int(),
  words: z.int().describe("In the chapters, as a reader sees them."),
  pages: z.int().nullable().describe("Of the PDF; null without one."),
  language: z.string().describe("By whose rules the book was set; `und` when it could not be told."),
  warnings: z.array(warningSchema),
});

const shared = {
  queue: "export",
  retry: "idempotent",
  timeLimit: { soft: 270, hard: 300 },
  memory: 2_048,
  uses: ["job-files", "fonts"],
  input: bookSchema,
  output: resultSchema,
} as const;

/** The task `export_to_markdown`: writes a book as one Markdown file. */
export const exportToMarkdown = defineTask({
  ...shared,
  name: "export_to_markdown",
  description: "Writes a book as one Markdown file.",
});

/** The task `export_to_word`: writes a book as a Word file. */
export const exportToWord = defineTask({
  ...shared,
  name: "export_to_word",
  description: "Writes a book as a Word file (DOCX).",
});

/** The task `export_to_pdf`: sets a book as a PDF. */
export const exportToPdf = defineTask({
  ...shared,
  name: "export_to_pdf",
  description: "Sets a book as a PDF: tagged, with outline and embedded fonts.",
});

/** The task `export_all_formats`: makes all files of a book. */
export const exportAllFormats = defineTask({
  ...shared,
  name: "export_all_formats",
  description: "Makes a book into Markdown, Word and PDF.",
});

/** The result of each task here. */
export type BookResult = z.output<typeof resultSchema>;
/** A book as its caller gives it, parsed. */
export type BookInput = z.output<typeof bookSchema>;

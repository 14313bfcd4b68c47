/**
 * The structure of a document on the wire: pages, and the blocks on them.
 *
 * @module
 */

import { z } from "zod";

/** Kinds of blocks. */
const blockKinds = ["heading", "paragraph", "item", "table"] as const;

/** A part of a document as its reader sees it. */
export const documentBlockSchema = z.strictObject({
  kind: z.enum(blockKinds).describe("`item` is a part of a list."),
  text: z.string().describe("Of a table, a line for each row, with tabs between cells."),
  level: z.int().optional().describe("Of a heading, from 1; of an item, from 0."),
  marker: z.string().optional().describe("Number or bullet in front of a heading or an item."),
  rows: z.array(z.array(z.string())).optional().describe("Cells of a table, row by row."),
  box: z
    .tuple([z.number(), z.number(), z.number(), z.number()])
    .nullable()
    .describe(
      "Left, top, right and bottom edge in points from the upper left corner of the page. Null where the format has no places, and for recognized text.",
    ),
  confidence: z.number().min(0).max(1).describe("How sure the text is; 1 for text that was not recognized."),
});

/** A block of a document. */
export type DocumentBlock = z.infer<typeof documentBlockSchema>;

/** A page with its blocks in reading order. */
export const documentPageSchema = z.strictObject({
  page: z.int().nullable().describe("From 1. Null for formats without pages of their own."),
  blocks: z.array(documentBlockSchema),
});

/** A page of a document. */
export type DocumentPage = z.infer<typeof documentPageSchema>;

const link = (what: string) =>
  z.url().nullable().describe(`Link to ${what} where it is large. Needs no key, and is good for 15 minutes.`);

/** The text of a document, or a link to it. */
export const documentTextSchema = z.strictObject({
  document_id: z.uuid(),
  text: z.string().nullable().describe("Null when it is large: then the URL has it."),
  text_url: link("the text"),
});

/** A document as Markdown, or a link to it. */
export const documentMarkdownSchema = z.strictObject({
  document_id: z.uuid(),
  markdown: z.string().nullable().describe("Null when it is large: then the URL has it."),
  markdown_url: link("the Markdown"),
});

/** The blocks of a document, or a link to them. */
export const documentBlocksSchema = z.strictObject({
  document_id: z.uuid(),
  pages: z.array(documentPageSchema).nullable().describe("Null when they are large: then the URL has them as JSON."),
  blocks_url: link("the pages as JSON"),
});

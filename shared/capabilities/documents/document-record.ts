import { z } from "zod";
import { documentStates } from "../../../contracts/documents/documents.ts";
import { documentWarningSchema, ocrModes } from "../../../contracts/documents/warnings.ts";
import { jobErrorSchema } from "../../../contracts/jobs/wire.ts";
import { parseItem } from "../../engine/table/table.ts";

/** The record of an uploaded document: item `D#<document_id>` of the table. Times are milliseconds since the epoch. */
export const documentRecordSchema = z.object({
  pk: z.string(),
  project_id: z.string(),
  file_name: z.string(),
  content_type: z.string().optional(),
  size: z.number().optional(),
  status: z.enum(documentStates),
  /** Until then the file may arrive; gone once it has. */
  upload_until: z.number().optional(),
  /** Of the object that the text was, or is to be, taken from. */
  etag: z.string().optional(),
  characters: z.number().optional(),
  /** A short text, gzipped; a large one is in S3. */
  text_gzip: z.instanceof(Uint8Array).optional(),
  has_text_object: z.boolean().optional(),
  /** Its pages and blocks as JSON, gzipped; large ones lie in S3, with the Markdown that is made of them. */
  blocks_gzip: z.instanceof(Uint8Array).optional(),
  has_blocks_object: z.boolean().optional(),
  language: z.string().optional(),
  pages: z.number().optional(),
  ocr: z.boolean().optional(),
  /** Whether its pictures are recognized; where the text is too short when not given. */
  ocr_mode: z.enum(ocrModes).optional(),
  /** Whether the attachments of a message are read with it. */
  attachments: z.boolean().optional(),
  confidence: z.number().optional(),
  warnings: z.array(documentWarningSchema).optional(),
  /** Its passages are to be found by a search. */
  index: z.boolean().optional(),
  /** Passages in the vector store. */
  passages: z.number().optional(),
  /** Tasks that follow it, with their inputs, as gzipped JSON. */
  then_gzip: z.instanceof(Uint8Array).optional(),
  /** Their jobs once they are submitted, or why one was not, by the id of each. */
  then_outcomes: z
    .record(z.string(), z.object({ task_id: z.string().optional(), error: z.string().optional() }))
    .optional(),
  error: jobErrorSchema.optional(),
  created_at: z.number(),
  processed_at: z.number().optional(),
  task_id: z.string(),
  list_sk: z.string(),
});

/** A document's item in the table. */
export type DocumentRecord = z.infer<typeof documentRecordSchema> & { readonly id: string };

const HEAD = "head";

/** The key of a document's item. */
export const documentKey = (id: string) => ({ pk: `D#${id}`, sk: HEAD });

/** @throws BrokenItemError when the item is not a document record */
export function parseDocument(item: Record<string, unknown>): DocumentRecord {
  const record = parseItem(documentRecordSchema, item);
  return { ...record, id: record.pk.slice("D#".length) };
}

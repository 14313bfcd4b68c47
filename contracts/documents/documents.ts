/**
 * Documents on the wire: a file whose text is wanted.
 *
 * @module
 */

import { z } from "zod";
import { cursorSchema } from "../jobs/list.ts";
import { jobErrorSchema } from "../jobs/wire.ts";
import { projectIdSchema } from "../keys/project-id.ts";
import { searchNoticeSchema, searchTextSchema, vectorFilterSchema } from "../projects/vector-search.ts";
import { followingSchema, thenSchema } from "./then.ts";
import { documentWarningSchema, ocrModes } from "./warnings.ts";

const MB = 1_024 * 1_024;

/** Largest file that an upload through the API may have: Lambda takes 6 MB, of which base64 and headers need a part. */
export const MAX_DIRECT_UPLOAD_BYTES = 4 * MB;
/** Largest file at all, uploaded straight to S3. */
export const MAX_DOCUMENT_BYTES = 100 * MB;
/** How long a form for an upload to S3 is good for, and an upload may take to arrive. */
export const UPLOAD_SECONDS = 3_600;
/** How long a link to a large text is good for. */
export const TEXT_LINK_SECONDS = 900;

/** The states of a document, in the order they are reached. */
export const documentStates = ["pending", "completed", "failed"] as const;

const time = z.iso.datetime();

/** A document as the API shows it. Times are ISO 8601 in UTC; `searchable_text` is null when it is large. */
export const documentSchema = z.strictObject({
  id: z.uuid(),
  project_id: z.string(),
  file_name: z.string(),
  content_type: z.string().nullable().describe("Detected from the content once the document is processed."),
  size: z.int().nullable().describe("Bytes; null until the file has arrived."),
  status: z.enum(documentStates),
  searchable_text: z
    .string()
    .nullable()
    .describe("Null while there is none, and when it is large: then the URL has it."),
  searchable_text_url: z.url().nullable().describe("Link to a large text in UTF-8. Valid for 15 minutes."),
  characters: z.int().nullable().describe("Length of the text in UTF-16 code units; null until it is processed."),
  language: z
    .string()
    .nullable()
    .describe("ISO 639-1 code of the text. Null when the text is too short or mixes languages."),
  pages: z
    .int()
    .nullable()
    .describe("Null for formats without pages of their own: those of words, tables and messages. Slides are pages."),
  ocr: z.boolean().nullable().describe("Whether any of the text was recognized off a picture."),
  confidence: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe(
      "Confidence of the recognized text, weighted by characters; 1 for text that did not need recognition. Null when there is no text.",
    ),
  warnings: z
    .array(documentWarningSchema)
    .describe("What to know of the text though it is completed, with what to do."),
  passages: z
    .int()
    .nullable()
    .describe("Number of passages that a search can find. Null when the document is not indexed."),
  error: jobErrorSchema.nullable().describe("Why there is no text; null unless the document has failed."),
  then: z.array(followingSchema).describe("Tasks that the upload named under `then`, with their jobs."),
  created_at: time,
  processed_at: time.nullable().describe("When it was completed or failed."),
  task_id: z.string().describe("The job that reads the document. /jobs/{task_id} shows its progress by page."),
});

/** One page of a project's documents. */
export const documentListSchema = z.strictObject({
  documents: z.array(documentSchema),
  next_cursor: z.string().nullable(),
});

const MAX_FILE_NAME = 255;
/** Paths, control characters, and what makes a name look other than it is: "evil\u202Efdp.exe" is shown as "evilexe.pdf". */
const NOT_IN_FILE_NAMES = /[\p{Cc}\u202a-\u202e\u2066-\u2069/\\]/gu;

/** The same as a name's whole pattern, with no class of Unicode's and no lookahead: more tools read it in the API's description. */
const FORBIDDEN = "\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069/\\\\";
const SPACES = " \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";

const fileName = z
  .string()
  .max(MAX_FILE_NAME)
  .regex(
    new RegExp(`^[${SPACES}]*[^\\s${FORBIDDEN}][^${FORBIDDEN}]*$`, "u"),
    "must be a file name without a path, control characters or changes of direction",
  );

/** A form's file name, which some programs send as a path, as one that may be kept. */
export const safeFileName = (name: string): string =>
  name
    .toWellFormed()
    .replaceAll(NOT_IN_FILE_NAMES, "_")
    .slice(-MAX_FILE_NAME)
    // The cut may have split a pair.
    .replace(/^[\udc00-\udfff]/, "")
    .trim() || "unnamed";

/** What an upload's body came as: bytes and what the caller says they are. */
export const uploadedBodySchema = z.object({ bytes: z.instanceof(Uint8Array), content_type: z.string().optional() });

const ocrMode = z
  .enum(ocrModes)
  .default("auto")
  .describe(
    "Recognize pictures where the text says too little or makes no sense (auto), every page (always), or none (never).",
  );

const attachments = "Of a message (EML): read its attachments too, behind its own text. Otherwise they are listed.";

/** The query of an upload whose body is the file itself. */
export const uploadQuerySchema = z.strictObject({
  file_name: fileName.optional().describe("Required for a raw body. For a form, replaces the file's own name."),
  index: z.stringbool().default(false).describe("Let POST /documents/search find its passages."),
  ocr: ocrMode,
  attachments: z.stringbool().default(false).describe(attachments),
  project_id: projectIdSchema.optional().describe("Admin keys only. Other keys use their own project."),
});

/** The body of `POST /documents`, which answers with a presigned form. */
export const createDocumentSchema = z.strictObject({
  file_name: fileName,
  content_type: z.string().max(255).optional(),
  size: z
    .int()
    .min(1)
    .max(MAX_DOCUMENT_BYTES)
    .optional()
    .describe("Size in bytes, if known. The form then accepts at most this many."),
  index: z.boolean().default(false).describe("Let POST /documents/search find its passages."),
  ocr: ocrMode,
  attachments: z.boolean().default(false).describe(attachments),
  then: thenSchema.optional(),
});

/** The answer of an upload: the document's id and the job that reads it. */
export const acceptedDocumentSchema = z.strictObject({
  id: z.uuid(),
  status: z.enum(documentStates),
  task_id: z.string().describe("The job that reads the file once it has arrived."),
});

/** The answer of `POST /documents`: where and with which fields to post the file. */
export const presignedDocumentSchema = acceptedDocumentSchema.extend({
  upload: z
    .strictObject({ url: z.url(), fields: z.record(z.string(), z.string()), expires_at: time })
    .describe("POST the fields, then the file as field `file`, as multipart/form-data to the URL."),
});

/** Filters and paging of `GET /documents`. */
export const listDocumentsQuerySchema = z.strictObject({
  project_id: projectIdSchema.optional().describe("Admin keys only. Other keys see their own project."),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: cursorSchema.optional(),
});

/** The answer of `DELETE /documents/{id}`. */
export const deletedDocumentSchema = z.strictObject({ id: z.uuid(), status: z.literal("deleted") });

/** The body of a search over the text of a project's documents. */
export const searchDocumentsSchema = z.strictObject({
  query: searchTextSchema.describe("What to look for, in words; up to 8,000 characters."),
  top_k: z.int().min(1).max(100).default(10).describe("Maximum number of passages to return."),
  filter: vectorFilterSchema.optional().describe("Over document_id, file_name and language."),
});

/** The passages that a document search found, best first. */
export const passageMatchesSchema = z.strictObject({
  matches: z.array(
    z.strictObject({
      document_id: z.string(),
      file_name: z.string(),
      score: z.number().describe("Cosine similarity. Scores of different models cannot be compared."),
      text: z.string().describe("The passage: the document's text from `start` to `end`."),
      start: z.int().describe("Offset in the document's text, in UTF-16 code units."),
      end: z.int(),
    }),
  ),
  notice: searchNoticeSchema,
});

/** What {@link passageMatchesSchema} parses to. */
export type PassageMatches = z.infer<typeof passageMatchesSchema>;
/** What {@link documentSchema} parses to. */
export type Document = z.infer<typeof documentSchema>;
/** What {@link uploadedBodySchema} parses to. */
export type UploadedBody = z.infer<typeof uploadedBodySchema>;

/**
 * What a reader of a document's text should know of it, though the document is completed.
 *
 * @module
 */

import { z } from "zod";

/** Kinds of warnings; each message says what to do. */
export const warningKinds = [
  /** There is no text at all, or none on a page that shows something. */
  "no_text",
  /** The text layer made no sense: the page was recognized instead. */
  "text_layer_replaced",
  /** The text makes no sense, and recognition found nothing better. */
  "unreadable_text",
  /** Recognized, but with many letters in doubt. */
  "low_confidence",
  /** Left out: it would have taken longer or more memory than one page may. */
  "page_left_out",
  /** Data of a page, of a picture or of the file are damaged: nothing of it is read, or some of its text may be missing. */
  "page_damaged",
  /** The file ends early: what would follow is missing. */
  "cut_off",
  /** A picture that was not recognized, because that is switched off or there are too many. */
  "not_recognized",
  /** Bytes that mean nothing in the text's encoding. */
  "invalid_characters",
  /** The encoding of the text is a guess. */
  "encoding_guessed",
  /** Attachments of a message that are not read. */
  "attachment_left_out",
  /** A form that only Adobe's programs show. */
  "xfa_form",
  /** Formulas of a sheet without their results. */
  "not_calculated",
  /** Further warnings are not kept. */
  "more_warnings",
] as const;

/** A kind of warning. */
export type WarningKind = (typeof warningKinds)[number];

/** A warning about a document's text. */
export const documentWarningSchema = z.strictObject({
  page: z.int().min(1).nullable().describe("Null when the warning concerns the whole document."),
  kind: z.enum(warningKinds),
  message: z.string().describe("What is wrong, and what to do."),
});

/** A warning about a document's text. */
export type DocumentWarning = z.infer<typeof documentWarningSchema>;

/** Warnings that are kept with a document; one more says how many there were beyond. */
export const MAX_WARNINGS = 20;

/** Whether pictures are recognized: where the text is too short, on every page, or on none. */
export const ocrModes = ["auto", "always", "never"] as const;

/** Whether pictures are recognized. */
export type OcrMode = (typeof ocrModes)[number];

/**
 * Documents to text: from the bytes of a file to what a reader would read in it.
 *
 * @module
 */

import * as documentErrors from "../../../contracts/documents/errors.ts";
import type { DocumentPage } from "../../../contracts/documents/structure.ts";
import type { DocumentWarning, OcrMode } from "../../../contracts/documents/warnings.ts";
import { shippedLanguages } from "../../../contracts/settings/ocr.ts";
import { DeadlineError, withDeadline } from "../../lib/threads/deadline.ts";
import { ThreadEndedError, ThreadPool } from "../../lib/threads/thread-pool.ts";
import type { DocumentAnswer, DocumentCall } from "./documents.thread.ts";
import { detectLanguage } from "./language.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import type { OcrEngine } from "./ocr/engine.ts";
import { TesseractEngine } from "./ocr/tesseract.ts";
import { type Format, hasPages } from "./opened-document.ts";
import { PageReader } from "./read-pages.ts";
import { summarize } from "./summarize.ts";

const { DocumentTooLargeError } = documentErrors;

/** How text is extracted, and who gets its progress. */
export interface ExtractOptions {
  /** Distinguishes CSV and Markdown from other text; all other formats are detected from the content. */
  readonly fileName?: string;
  readonly signal: AbortSignal;
  /** Called after every page, and with a message when the recognition of one begins. */
  progress?(page: number, pages: number, message?: string): void;
  /** Asked before a picture is recognized; what it throws ends the extraction. */
  admit?(): Promise<void>;
  /** Told of each picture that was recognized, or that was tried, with the seconds of a processor that it took. */
  recognized?(seconds: number): void;
  readonly limits?: Partial<Limits>;
  /** Whether pictures are recognized; where the text is too short when not given. */
  readonly mode?: OcrMode;
  /** Whether the attachments of a message are read with it; they are only listed when not given. */
  readonly attachments?: boolean;
  /** Tesseract with German and English when not given. */
  readonly ocr?: OcrEngine;
  /** Tesseract's codes of what scans are written in, the most likely first; German and English when not given. */
  readonly languages?: readonly string[];
}

/** The text of a document and what is known of its quality. */
export interface ExtractedText {
  /** Lines end with \n, pages with \f. */
  readonly text: string;
  readonly contentType: string;
  readonly format: Format;
  /** Null for formats without pages of their own. */
  readonly pages: number | null;
  /** Whether any of the text was recognized off a picture. */
  readonly ocr: boolean;
  /** How sure the text is, 0 to 1, by its characters: 1 for what was not recognized. Null when there is no text. */
  readonly confidence: number | null;
  readonly warnings: readonly DocumentWarning[];
  /** ISO 639-1 code; null when the text is too short, or mixed. */
  readonly language: string | null;
  readonly characters: number;
  /** Its pages, or one without a number for a format without them, with what their text is made of. */
  readonly structure: readonly DocumentPage[];
}

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  doc: "application/msword",
  rtf: "application/rtf",
  odt: "application/vnd.oasis.opendocument.text",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  csv: "text/csv",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  odp: "application/vnd.oasis.opendocument.presentation",
  html: "text/html",
  eml: "message/rfc822",
  markdown: "text/markdown",
  txt: "text/plain",
  jpeg: "image/jpeg",
  png: "image/png",
  tiff: "image/tiff",
  bmp: "image/bmp",
  gif: "image/gif",
};
/** Documents parsed at once, each in a thread of its own. */
const PARALLEL_DOCUMENTS = 2;

let parsers: ThreadPool<DocumentCall, DocumentAnswer> | undefined;
let tesseract: TesseractEngine | undefined;

/**
 * Extracts the text of a document. Parsing and recognition run in worker threads that the signal and the time bounds
 * end, so that no document can hang or take down the process.
 * @throws DocumentEncryptedError, DocumentCorruptError, UnsupportedFormatError, DocumentTooLargeError: all final
 * @throws the signal's reason when it is aborted
 */
export async function extractText(bytes: Uint8Array, options: ExtractOptions): Promise<ExtractedText> {
  const limits = { ...defaultLimits, ...options.limits };
  if (bytes.length > limits.bytes) {
    throw new DocumentTooLargeError(`The file has ${bytes.length} bytes; at most ${limits.bytes} are read.`);
  }
  parsers ??= new ThreadPool(threadFile(), {
    size: PARALLEL_DOCUMENTS,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
    errors: documentErrors,
  });
  const pool = parsers;
  const ocr = options.ocr ?? defaultEngine();
  const languages = options.languages ?? shippedLanguages;
  const progress = options.progress?.bind(options) ?? (() => {});
  try {
    const mode = options.mode ?? "auto";
    // The clock starts when a thread is free: waiting for one is not the document's doing.
    const read = await pool.borrow(options.signal, (thread, another) =>
      withDeadline({ signal: options.signal, seconds: limits.seconds }, async (signal) => {
        const reader = new PageReader(bytes, {
          fileName: options.fileName ?? "",
          limits,
          mode,
          attachments: options.attachments ?? false,
          ocr,
          languages,
          progress,
          admit: options.admit?.bind(options) ?? (async () => {}),
          recognized: options.recognized?.bind(options) ?? (() => {}),
          signal,
        });
        await reader.read(thread, another);
        return reader;
      }),
    );
    const { format } = read;
    const isPaged = hasPages(format);
    const { text, confidence, warnings } = summarize(read, isPaged);
    return {
      text,
      contentType: CONTENT_TYPES[format],
      format,
      pages: isPaged ? read.pages : null,
      ocr: read.texts.some(({ recognized }) => recognized),
      confidence,
      warnings,
      language: detectLanguage(text),
      characters: text.length,
      structure: isPaged
        ? read.texts.map(({ blocks }, index) => ({ page: index + 1, blocks: [...blocks] }))
        : [{ page: null, blocks: read.texts.flatMap(({ blocks }) => blocks) }],
    };
  } catch (error) {
    options.signal.throwIfAborted();
    throw explain(error, limits);
  }
}

function defaultEngine(): OcrEngine {
  tesseract ??= new TesseractEngine();
  return tesseract;
}

/** Ends the threads that wait for work, for a process that is done with documents. */
export async function closeDocumentThreads(): Promise<void> {
  await Promise.all([parsers?.close(), tesseract?.close()]);
}

const threadFile = (): URL =>
  new URL(`./documents.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url);

/** Time and memory that ran out are the document's doing: another attempt would end the same way. */
function explain(error: unknown, limits: Limits): unknown {
  if (error instanceof ThreadEndedError && error.outOfMemory) {
    return new DocumentTooLargeError("The document needs more memory than it may take.");
  }
  if (!(error instanceof DeadlineError)) return error;
  return new DocumentTooLargeError(
    `The document takes longer than it may: ${limits.stepSeconds} s for a page, ${limits.seconds} s in all.`,
  );
}

/**
 * Parses documents beside the event loop, one at a time; opening one closes the one before.
 *
 * @module
 */

import { DocumentCorruptError, DocumentTooLargeError } from "../../../contracts/documents/errors.ts";
import type { OcrMode } from "../../../contracts/documents/warnings.ts";
import { FinalError } from "../../../contracts/errors.ts";
import { serveCalls } from "../../lib/threads/serve-calls.ts";
import type { Limits } from "./limits.ts";
import { openDocument } from "./open-document.ts";
import type { Format, OpenDocument, PageContent } from "./opened-document.ts";
import { loadPdfium, type Pdfium } from "./pdf/pdfium.ts";
import { limitWasmMemory, wasmMemoryRefused } from "./wasm-memory.ts";

/** What the thread is asked for. */
export type DocumentCall = (
  | {
      readonly type: "open";
      readonly bytes: Uint8Array;
      readonly fileName: string;
      readonly limits: Limits;
      readonly mode: OcrMode;
      readonly attachments: boolean;
    }
  | { readonly type: "read" }
) & {
  /** The pages from this on, counted from 0. */
  readonly from: number;
  /** No more than one page. */
  readonly one: boolean;
};

/** A document with some of its pages: as many as are read in a moment, and none behind one with a picture. */
export interface DocumentAnswer {
  readonly format: Format;
  readonly pages: number;
  readonly contents: readonly PageContent[];
}

/** Pages are sent together, for a message costs as much as a page of text; but progress should be seen. */
const MOMENT = 40;
/** WebAssembly memory never shrinks: an engine that has grown beyond this is not kept for the next document. */
const KEEP_BELOW = 192 * 1024 * 1024;

let engine: Pdfium | undefined;
let current: OpenDocument | undefined;

/** PDFium could not be loaded, which is not a fault of the document. */
class EngineError extends Error {}

async function pdfium(): Promise<Pdfium> {
  try {
    engine ??= await loadPdfium();
    return engine;
  } catch (error) {
    throw new EngineError("PDFium does not load.", { cause: error });
  }
}

function close(): void {
  current?.close();
  current = undefined;
  if (engine && engine.HEAPU8.length > KEEP_BELOW) engine = undefined;
}

async function answer(call: DocumentCall): Promise<DocumentAnswer> {
  if (call.type === "open") {
    close();
    limitWasmMemory(call.limits.engineBytes);
  }
  try {
    if (call.type === "open") current = await openDocument(call.bytes, { ...call, pdfium });
    if (!current) throw new Error("No document is open.");
    return await read(current, call.from, call.one);
  } catch (error) {
    throw blameDocument(error);
  }
}

async function read(document: OpenDocument, from: number, one: boolean): Promise<DocumentAnswer> {
  const { format, pages } = document;
  const contents: PageContent[] = [];
  const until = performance.now() + MOMENT;
  for (let index = from; index < pages; index++) {
    const content = await document.page(index);
    contents.push(content);
    if (one || content.picture || performance.now() > until) break;
  }
  // What was read to the end needs no memory while the thread waits.
  if (from + contents.length >= pages) close();
  return { format, pages, contents };
}

/** Other errors of a parser are about the bytes: no parser foresees every kind of damage. */
function blameDocument(error: unknown): unknown {
  if (error instanceof EngineError) return error;
  if (error instanceof FinalError && !wasmMemoryRefused()) {
    close();
    return error;
  }
  // An engine that crashed is not touched again, and neither is what it holds.
  current = undefined;
  engine = undefined;
  if (wasmMemoryRefused()) return new DocumentTooLargeError("The document needs more memory than it may take.");
  const reason = error instanceof Error ? error.message : String(error);
  return new DocumentCorruptError(`The document is damaged (${reason}).`, { cause: error });
}

serveCalls(answer, ({ contents }) => contents.flatMap(({ picture }) => (picture ? [picture.image.pixels.buffer] : [])));

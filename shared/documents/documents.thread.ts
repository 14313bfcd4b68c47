import { DocumentCorruptError, DocumentTooLargeError } from "../../contracts/document-errors.ts";
import { FinalError } from "../../contracts/errors.ts";
import { serveCalls } from "../threads/serve-calls.ts";
import type { Limits } from "./limits.ts";
import { type Format, type OpenDocument, openDocument, type PageContent } from "./open-document.ts";
import { loadPdfium, type Pdfium } from "./pdf/pdfium.ts";
import { limitWasmMemory, wasmMemoryRefused } from "./wasm-memory.ts";

/** Parses documents beside the event loop: one at a time, opened, then read page by page, then closed. */

export type DocumentCall =
  | { readonly type: "open"; readonly bytes: Uint8Array; readonly limits: Limits }
  | { readonly type: "page"; readonly index: number }
  | { readonly type: "close" };

export type DocumentAnswer =
  | { readonly type: "opened"; readonly format: Format; readonly pages: number }
  | ({ readonly type: "page" } & PageContent)
  | { readonly type: "closed" };

/** WebAssembly memory never shrinks: an engine that has grown beyond this is not kept for the next document. */
const KEEP_BELOW = 192 * 1024 * 1024;

let engine: Pdfium | undefined;
let current: OpenDocument | undefined;

async function pdfium(): Promise<Pdfium> {
  engine ??= await loadPdfium();
  return engine;
}

function close(): void {
  current?.close();
  current = undefined;
  if (engine && engine.HEAPU8.length > KEEP_BELOW) engine = undefined;
}

/** What a parser throws that is none of our errors is about the bytes: no parser foresees every kind of damage. */
function blameDocument(error: unknown): never {
  current = undefined;
  engine = undefined;
  if (wasmMemoryRefused()) throw new DocumentTooLargeError("The document needs more memory than it may take.");
  if (error instanceof FinalError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new DocumentCorruptError(`The document is damaged (${reason}).`, { cause: error });
}

async function answer(call: DocumentCall): Promise<DocumentAnswer> {
  if (call.type === "close") {
    close();
    return { type: "closed" };
  }
  if (call.type === "open") {
    close();
    limitWasmMemory(call.limits.engineBytes);
    // Outside of the blame below: an engine that does not load is no fault of the document.
    if (!engine) await pdfium();
    try {
      current = await openDocument(call.bytes, call.limits, pdfium);
      return { type: "opened", format: current.format, pages: current.pages };
    } catch (error) {
      return blameDocument(error);
    }
  }
  if (!current) throw new Error("No document is open.");
  try {
    return { type: "page", ...current.page(call.index) };
  } catch (error) {
    return blameDocument(error);
  }
}

serveCalls(answer, (answered) => (answered.type === "page" && answered.image ? [answered.image.pixels.buffer] : []));

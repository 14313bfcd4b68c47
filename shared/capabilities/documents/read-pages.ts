import { DocumentTooLargeError } from "../../../contracts/documents/errors.ts";
import { withDeadline } from "../../lib/threads/deadline.ts";
import type { PooledThread } from "../../lib/threads/thread-pool.ts";
import type { DocumentAnswer, DocumentCall } from "./documents.thread.ts";
import type { GrayImage } from "./image/gray-image.ts";
import type { Limits } from "./limits.ts";
import type { OcrEngine } from "./ocr/engine.ts";
import type { Format } from "./opened-document.ts";
import { tidy } from "./text/tidy.ts";

export interface ReadOptions {
  readonly limits: Limits;
  readonly ocr: OcrEngine;
  readonly languages: readonly string[];
  readonly progress: (page: number, pages: number, message?: string) => void;
  readonly signal: AbortSignal;
}

export interface PagesRead {
  readonly format: Format;
  readonly pages: number;
  readonly text: string;
  /** Whether any of the text was recognized off a picture. */
  readonly ocr: boolean;
}

/**
 * Reads a document page by page in a borrowed thread. Pages that are pictures are recognized while the next ones are
 * parsed, as many at once as the engine takes.
 */
export async function readPages(
  thread: PooledThread<DocumentCall, DocumentAnswer>,
  bytes: Uint8Array,
  { limits, ocr, languages, progress, signal }: ReadOptions,
): Promise<PagesRead> {
  const call = (message: DocumentCall, transfer: ArrayBuffer[] = []): Promise<DocumentAnswer> =>
    withDeadline(signal, limits.stepSeconds, (signal) => thread.call(message, { signal, transfer }));
  const texts: string[] = [];
  const recognizing = new Set<Promise<void>>();
  const stop = new AbortController();
  let [done, characters, recognized] = [0, 0, false];

  // Sent as it is, a view of a larger buffer would take all of that along.
  const copy = new Uint8Array(bytes);
  const { format, pages, contents: first } = await call({ type: "open", bytes: copy, limits }, [copy.buffer]);
  const keep = (index: number, text: string): void => {
    const tidied = tidy(text);
    texts[index] = tidied;
    characters += tidied.length;
    if (characters > limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
    progress(++done, pages);
  };
  const recognize = async (index: number, text: string, image: GrayImage): Promise<void> => {
    progress(done, pages, `recognizing page ${index + 1} of ${pages}`);
    const found = await ocr.recognize(image, languages, AbortSignal.any([signal, stop.signal]));
    const better = letters(found.text) > letters(text);
    recognized ||= better;
    keep(index, better ? found.text : text);
  };

  try {
    for (let from = 0, contents = first; contents.length > 0; ) {
      for (const [offset, { text, image }] of contents.entries()) {
        if (!image) keep(from + offset, text);
        else {
          const work = recognize(from + offset, text, image).finally(() => recognizing.delete(work));
          // Awaited below; until then its failure must not count as unhandled.
          work.catch(() => {});
          recognizing.add(work);
        }
      }
      from += contents.length;
      if (from >= pages) break;
      // No more pictures in memory than the engine reads at once.
      if (recognizing.size >= ocr.parallel) await Promise.race(recognizing);
      ({ contents } = await call({ type: "read", from }));
    }
    await Promise.all(recognizing);
  } catch (error) {
    stop.abort(error);
    throw error;
  }
  return { format, pages, text: characters > 0 ? texts.join("\n\f") : "", ocr: recognized };
}

const letters = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

import { DocumentTooLargeError } from "../../contracts/document-errors.ts";
import { withDeadline } from "../threads/deadline.ts";
import type { PooledThread } from "../threads/thread-pool.ts";
import type { DocumentAnswer, DocumentCall } from "./documents.thread.ts";
import type { GrayImage } from "./image/gray-image.ts";
import type { Limits } from "./limits.ts";
import type { OcrEngine } from "./ocr/engine.ts";
import type { Format } from "./open-document.ts";
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
  const call = (message: DocumentCall): Promise<DocumentAnswer> =>
    withDeadline(signal, limits.stepSeconds, (signal) => thread.call(message, { signal }));
  const opened = await call({ type: "open", bytes, limits });
  if (opened.type !== "opened") throw new Error("The thread did not open the document.");
  const { format, pages } = opened;
  const texts = new Array<string>(pages).fill("");
  const recognizing = new Set<Promise<void>>();
  const stop = new AbortController();
  let [done, characters, recognized] = [0, 0, false];

  const keep = (index: number, text: string): void => {
    texts[index] = tidy(text);
    characters += texts[index].length;
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
    for (let index = 0; index < pages; index++) {
      const page = await call({ type: "page", index });
      if (page.type !== "page") throw new Error("The thread did not read the page.");
      if (!page.image) {
        keep(index, page.text);
        continue;
      }
      const work = recognize(index, page.text, page.image).finally(() => recognizing.delete(work));
      // Awaited below; until then its failure must not count as unhandled.
      work.catch(() => {});
      recognizing.add(work);
      // No more pictures in memory than the engine reads at once.
      if (recognizing.size >= ocr.parallel) await Promise.race(recognizing);
    }
    await Promise.all(recognizing);
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    if (thread.usable && !signal.aborted) await call({ type: "close" });
  }
  return { format, pages, text: texts.join(pages > 1 ? "\n\f" : ""), ocr: recognized };
}

const letters = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

import { availableParallelism } from "node:os";
import { missingLanguage } from "../../../../contracts/documents/assets.ts";
import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import { DeadlineError } from "../../../lib/threads/deadline.ts";
import { ThreadEndedError, ThreadPool } from "../../../lib/threads/thread-pool.ts";
import { languagePath } from "../assets.ts";
import type { GrayImage } from "../image/gray-image.ts";
import type { OcrEngine, Recognition } from "./engine.ts";
import type { RecognizeCall } from "./tesseract.thread.ts";

/** Languages and bounds of recognition. */
export interface TesseractOptions {
  /** Pages read at once; as many as there are processors, at most four, when not given. */
  readonly threads?: number;
  /** Longest time for one picture, in seconds. */
  readonly seconds?: number;
}

/** Tesseract 5 in WebAssembly, in threads that stay warm. */
export class TesseractEngine implements OcrEngine {
  readonly parallel: number;
  readonly #pool: ThreadPool<RecognizeCall, Recognition>;
  readonly #seconds: number;

  constructor({ threads = Math.min(4, availableParallelism()), seconds = 60 }: TesseractOptions = {}) {
    this.parallel = threads;
    this.#seconds = seconds;
    this.#pool = new ThreadPool(threadFile(), {
      size: threads,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
      errors: { DocumentTooLargeError },
    });
  }

  /**
   * @throws Error that names a language without data
   * @throws DocumentTooLargeError when the picture needs more time or memory than it may take
   */
  async recognize(image: GrayImage, languages: readonly string[], signal: AbortSignal): Promise<Recognition> {
    const data = languages.map(find);
    const transfer = [image.pixels.buffer];
    try {
      return await this.#pool.borrow(signal, (thread) =>
        thread.callWithin(this.#seconds, { image, data }, { signal, transfer }),
      );
    } catch (error) {
      const outOfMemory = error instanceof ThreadEndedError && error.outOfMemory;
      if (!outOfMemory && !(error instanceof DeadlineError)) throw error;
      throw new DocumentTooLargeError(`A picture needs more ${outOfMemory ? "memory" : "time"} than it may take.`);
    }
  }

  /** Ends the threads that wait for work. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

const threadFile = (): URL =>
  new URL(`./tesseract.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url);

function find(language: string): { name: string; path: string } {
  const path = languagePath(language);
  if (path === undefined) throw new Error(missingLanguage(language));
  return { name: language, path };
}

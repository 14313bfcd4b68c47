import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { DocumentTooLargeError } from "../../../contracts/document-errors.ts";
import { DeadlineError, withDeadline } from "../../threads/deadline.ts";
import { ThreadEndedError, ThreadPool } from "../../threads/thread-pool.ts";
import { assetPath } from "../assets.ts";
import type { GrayImage } from "../image/gray-image.ts";
import type { OcrEngine, Recognition } from "./engine.ts";
import type { RecognizeCall } from "./tesseract.thread.ts";

/** Tesseract's names of its language data, by ISO 639-1 code. */
const DATA_NAMES: Readonly<Record<string, string>> = {
  ar: "ara",
  bg: "bul",
  cs: "ces",
  da: "dan",
  de: "deu",
  el: "ell",
  en: "eng",
  es: "spa",
  et: "est",
  fi: "fin",
  fr: "fra",
  ga: "gle",
  he: "heb",
  hi: "hin",
  hr: "hrv",
  hu: "hun",
  it: "ita",
  ja: "jpn",
  ko: "kor",
  lt: "lit",
  lv: "lav",
  mt: "mlt",
  nl: "nld",
  no: "nor",
  pl: "pol",
  pt: "por",
  ro: "ron",
  ru: "rus",
  sk: "slk",
  sl: "slv",
  sv: "swe",
  th: "tha",
  tr: "tur",
  uk: "ukr",
  vi: "vie",
  zh: "chi_sim",
};

export interface TesseractOptions {
  /** Pages read at once; as many as there are processors, at most four, when not given. */
  readonly threads?: number;
  /** Longest time for one picture, in seconds. */
  readonly seconds?: number;
  /** Folder with `<name>.traineddata`, packed with gzip or not, of further languages than German and English. */
  readonly dataFolder?: string;
}

/** Tesseract 5 in WebAssembly, in threads that stay warm. */
export class TesseractEngine implements OcrEngine {
  readonly parallel: number;
  readonly #pool: ThreadPool<RecognizeCall, Recognition>;
  readonly #seconds: number;
  readonly #dataFolder: string | undefined;

  constructor({ threads = Math.min(4, availableParallelism()), seconds = 120, dataFolder }: TesseractOptions = {}) {
    this.parallel = threads;
    this.#seconds = seconds;
    this.#dataFolder = dataFolder;
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
    const data = languages.map((language) => this.#find(language));
    const transfer = [image.pixels.buffer];
    try {
      return await this.#pool.borrow(signal, (thread) =>
        withDeadline(signal, this.#seconds, (signal) => thread.call({ image, data }, { signal, transfer })),
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

  #find(language: string): { name: string; path: string } {
    const name = DATA_NAMES[language] ?? language;
    const folder = this.#dataFolder;
    const further = folder ? [`${name}.traineddata.gz`, `${name}.traineddata`].map((file) => join(folder, file)) : [];
    const path = further.find((file) => existsSync(file)) ?? shipped(name);
    if (path) return { name, path };
    throw new Error(`There is no recognition data for "${language}": ${name}.traineddata is missing.`);
  }
}

const threadFile = (): URL =>
  new URL("./tesseract.thread" + (import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"), import.meta.url);

function shipped(name: string): string | undefined {
  if (name === "deu") return assetPath("deu.traineddata.gz");
  return name === "eng" ? assetPath("eng.traineddata.gz") : undefined;
}

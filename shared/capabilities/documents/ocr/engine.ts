import type { GrayImage } from "../image/gray-image.ts";

/** The text of a picture, and how sure the engine is of it. */
export interface Recognition {
  /** Lines of text in reading order. */
  readonly text: string;
  /** How sure the engine is, 0 to 100. */
  readonly confidence: number;
  /** Seconds of a processor that it took, where the engine knows them; else the time that passed counts. */
  readonly seconds?: number;
}

/** What reads text off pictures; Tesseract by default. */
export interface OcrEngine {
  /** Pictures that it reads at once. */
  readonly parallel: number;
  /**
   * @param image the page; its memory moves to the engine
   * @param languages Tesseract's codes (mostly ISO 639-2/T), the most likely first; an engine that detects languages itself
   * pays no heed to them
   * @throws the signal's reason when it is aborted
   */
  recognize(image: GrayImage, languages: readonly string[], signal: AbortSignal): Promise<Recognition>;
}

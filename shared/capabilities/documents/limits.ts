/** Bounds that hold against decompression bombs and endless work; what passes one is DocumentTooLargeError. */
export interface Limits {
  /** Size of the file. */
  readonly bytes: number;
  /** Pages of a PDF. */
  readonly pages: number;
  /** Pixels of an image, and of one inside a PDF page as it is rendered. */
  readonly pixels: number;
  /** Pictures that are recognized of one document. */
  readonly recognizedPages: number;
  /** Seconds that the recognition of one document's pictures may take, added up; those left then are left out. */
  readonly recognitionSeconds: number;
  /** Characters of text in all. */
  readonly characters: number;
  /** Files in a ZIP container. */
  readonly zipEntries: number;
  /** Bytes of the parts that are unpacked from a ZIP container, together. */
  readonly unzippedBytes: number;
  /** How many times larger a part may unpack; checked from 1 MB on, small parts compress without limit. */
  readonly zipRatio: number;
  /** Bytes that the PDF engine may take, the file itself included. */
  readonly engineBytes: number;
  /** Seconds of a processor for one step: opening the file, or one page. */
  readonly stepSeconds: number;
  /** Seconds in all; below the soft time limit of a task, so that a slow document fails for good and is not retried. */
  readonly seconds: number;
}

const MB = 1024 * 1024;

/** The bounds that apply when none are given. */
export const defaultLimits: Limits = {
  bytes: 100 * MB,
  pages: 5_000,
  pixels: 60_000_000,
  recognizedPages: 100,
  recognitionSeconds: 300,
  characters: 20_000_000,
  zipEntries: 20_000,
  unzippedBytes: 256 * MB,
  zipRatio: 500,
  engineBytes: 768 * MB,
  stepSeconds: 60,
  seconds: 780,
};

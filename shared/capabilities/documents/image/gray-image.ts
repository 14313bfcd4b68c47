/** A picture as the recognition of text wants it: one byte a pixel, 0 is black, rows without padding. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Whether data in its file are damaged or missing: part of it is not what it was. */
  readonly isTorn?: boolean;
}

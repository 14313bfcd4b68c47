/** A picture as the recognition of text wants it: one byte a pixel, 0 is black, rows without padding. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

import type { GrayImage } from "./gray-image.ts";

/** Rows of paper between two pictures. */
const GAP = 40;
const PAPER = 255;

/** Pictures one below the other, as a single one. */
export function stack(images: readonly GrayImage[]): GrayImage {
  const [first] = images;
  if (first && images.length === 1) return first;
  const width = Math.max(1, ...images.map((image) => image.width));
  const height = images.reduce((sum, image) => sum + image.height + GAP, 0);
  const pixels = new Uint8Array(width * height).fill(PAPER);
  let row = 0;
  for (const image of images) {
    for (let y = 0; y < image.height; y++) {
      pixels.set(image.pixels.subarray(y * image.width, (y + 1) * image.width), (row + y) * width);
    }
    row += image.height + GAP;
  }
  return { width, height, pixels };
}

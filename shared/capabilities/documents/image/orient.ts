import type { GrayImage } from "./gray-image.ts";

/** How a picture is to be turned or mirrored to stand upright, in the numbers of Exif and TIFF (tag 0x0112). */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** @returns 1, upright, for a number that means nothing */
export const orientationOf = (value: number): Orientation =>
  value >= 1 && value <= 8 && Number.isInteger(value) ? (value as Orientation) : 1;

/** Orientations that turn a picture clockwise. */
export const turned: Readonly<Record<90 | 180 | 270, Orientation>> = { 90: 6, 180: 3, 270: 8 };

/** The picture as it is to be seen. */
export function orient(image: GrayImage, orientation: Orientation): GrayImage {
  if (orientation === 1) return image;
  const { width, height, pixels } = image;
  const lies = orientation >= 5;
  const [wide, high] = lies ? [height, width] : [width, height];
  const seen = new Uint8Array(pixels.length);
  // Where the pixel that is seen first is, and how far it is to the next one in the row and in the column.
  const last = { column: width - 1, row: (height - 1) * width };
  const [start, right, down] = {
    2: [last.column, -1, width],
    3: [last.column + last.row, -1, -width],
    4: [last.row, 1, -width],
    5: [0, width, 1],
    6: [last.row, -width, 1],
    7: [last.column + last.row, -width, -1],
    8: [last.column, width, -1],
  }[orientation] as [number, number, number];
  for (let y = 0, to = 0; y < high; y++) {
    for (let x = 0, from = start + y * down; x < wide; x++, from += right) seen[to++] = pixels[from] ?? 255;
  }
  return { width: wide, height: high, pixels: seen };
}

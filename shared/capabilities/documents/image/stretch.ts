import type { GrayImage } from "./gray-image.ts";

/** The picture with another number of rows, each mixed of the two nearest to its place. */
export function stretch({ width, height, pixels }: GrayImage, rows: number): GrayImage {
  const stretched = new Uint8Array(width * rows);
  for (let y = 0; y < rows; y++) {
    const place = rows === 1 ? 0 : (y * (height - 1)) / (rows - 1);
    const above = Math.floor(place) * width;
    const below = Math.min(height - 1, Math.floor(place) + 1) * width;
    const share = place - Math.floor(place);
    for (let x = 0; x < width; x++) {
      stretched[y * width + x] = (pixels[above + x] ?? 0) * (1 - share) + (pixels[below + x] ?? 0) * share;
    }
  }
  return { width, height: rows, pixels: stretched };
}

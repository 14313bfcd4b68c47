import type { GrayImage } from "./gray-image.ts";

/** A pixel this dark is ink, or a speck. */
const DARK = 160;
/** Share of the pixels that are lone dark ones on a page with noise; on clean pages, even dotted ones, hardly any are. */
const NOISY = 0.0005;

/**
 * Takes the noise of a bad scan away, which recognition reads as dots and commas: where lone dark pixels are frequent,
 * every pixel becomes the median of its neighbourhood of 3 x 3. Clean pages stay as they are.
 */
export function despeckle(image: GrayImage): GrayImage {
  const { width, height, pixels } = image;
  if (width < 3 || height < 3 || loneDarkPixels(image) < NOISY * width * height) return image;
  const smooth = new Uint8Array(pixels);
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1; at < y * width + width - 1; at++) smooth[at] = medianAt(pixels, at, width);
  }
  return { width, height, pixels: smooth };
}

function loneDarkPixels({ width, height, pixels }: GrayImage): number {
  const at = (index: number): number => pixels[index] ?? 255;
  const isDark = (index: number): boolean => at(index) < DARK;
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < y * width + width - 1; i++) {
      if (!isDark(i) || isDark(i - 1) || isDark(i + 1) || isDark(i - width) || isDark(i + width)) continue;
      if (isDark(i - width - 1) || isDark(i - width + 1) || isDark(i + width - 1) || isDark(i + width + 1)) continue;
      count++;
    }
  }
  return count;
}

const window = new Uint8Array(9);

/** Median of the nine pixels around a place; where they are alike, as on most of a page, it is the pixel itself. */
function medianAt(pixels: Uint8Array, at: number, width: number): number {
  let least = 255;
  let most = 0;
  let filled = 0;
  for (let row = at - width - 1; row <= at + width - 1; row += width) {
    for (let index = row; index < row + 3; index++) {
      const value = pixels[index] ?? 255;
      if (value < least) least = value;
      if (value > most) most = value;
      window[filled++] = value;
    }
  }
  if (most - least < 16) return pixels[at] ?? 255;
  // Insertion sort: nine values, often in order already.
  for (let i = 1; i < 9; i++) {
    const value = window[i] ?? 0;
    let j = i - 1;
    for (; j >= 0 && (window[j] ?? 0) > value; j--) window[j + 1] = window[j] ?? 0;
    window[j + 1] = value;
  }
  return window[4] ?? 255;
}

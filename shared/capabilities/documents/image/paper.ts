import type { GrayImage } from "./gray-image.ts";

/** Shades next to the most frequent one that are paper too. */
const PAPER_SHADES = 28;
/** Share of a written page that is bare paper, of one or of two brightnesses. */
const LEAST_PAPER = 0.5;
/** Share of a written page that is ink. */
const INK = { least: 0.002, most: 0.4 } as const;
/** Share of a page that is bare paper from which on nothing is on it but specks. */
const MOST_BARE = 0.998;
/** An ink is at least so much darker, or lighter, than the paper. */
const CONTRAST = 60;
/** Pixels examined. */
const SAMPLE = 250_000;

/**
 * Whether a picture may be writing on paper: mostly of one shade, with some ink on it. Photographs have all shades, and
 * the background of a slide has no ink.
 */
export function looksWritten(image: GrayImage): boolean {
  const { bare, ink } = sharesOf(image);
  return bare >= LEAST_PAPER && ink >= INK.least && ink <= INK.most;
}

/** Whether there is more than bare paper. */
export const showsSomething = (image: GrayImage): boolean => sharesOf(image).bare < MOST_BARE;

/** Shares of the pixels that are bare paper, and ink on it. */
function sharesOf({ pixels }: GrayImage): { readonly bare: number; readonly ink: number } {
  const counts = new Float64Array(256);
  const step = Math.max(1, Math.floor(pixels.length / SAMPLE) | 1);
  let seen = 0;
  for (let at = 0; at < pixels.length; at += step, seen++) counts[pixels[at] ?? 0] = (counts[pixels[at] ?? 0] ?? 0) + 1;
  let paper = 0;
  for (let value = 0; value < 256; value++) if ((counts[value] ?? 0) > (counts[paper] ?? 0)) paper = value;
  let [bare, ink] = [0, 0];
  for (let value = 0; value < 256; value++) {
    if (Math.abs(value - paper) <= PAPER_SHADES) bare += counts[value] ?? 0;
    else if (Math.abs(value - paper) >= CONTRAST) ink += counts[value] ?? 0;
  }
  return { bare: bare / seen, ink: ink / seen };
}

/**
 * Finds out how lines of text run on a page, by projection profiles (W. Postl, 1986): along the lines, the sums of ink
 * are peaks and gaps, at any other angle they blur.
 *
 * @module
 */

import type { GrayImage } from "./gray-image.ts";

/** How lines run. */
export interface TextLines {
  /** Degrees by which the lines fall to the right; to be turned back by as much. */
  readonly skew: number;
  /** How much more sharply lines show along the rows than along the columns; below 1 the page is on its side. */
  readonly upright: number;
}

/** Points of ink that are examined; more do not change the result. */
const POINTS = 30_000;
/** Sums are taken of this many strips. */
const STRIPS = 700;
/** In degrees. */
const MOST_SKEW = 16;
const COARSE = 0.5;
const FINE = 0.1;

/** @returns undefined where there is too little ink */
export function findTextLines(image: GrayImage): TextLines | undefined {
  const points = inkOf(image);
  if (points.count < 200) return undefined;
  const rows = sharpest(points.y, points.x, { count: points.count, size: image.height });
  const columns = sharpest(points.x, points.y, { count: points.count, size: image.width });
  const upright = rows.sharpness / columns.sharpness;
  return { skew: upright >= 1 ? rows.angle : -columns.angle, upright };
}

interface Points {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly count: number;
}

function inkOf({ width, height, pixels }: GrayImage): Points {
  const threshold = otsu(pixels);
  let dark = 0;
  for (const value of pixels) if (value <= threshold) dark++;
  // White letters on black are ink too.
  const isInk =
    dark * 2 <= pixels.length ? (value: number) => value <= threshold : (value: number) => value > threshold;
  const ink = Math.min(dark, pixels.length - dark);
  // A step that shares no factor with the width, so that no columns are left out.
  let step = Math.max(1, Math.floor(ink / POINTS));
  while (step > 1 && width % step === 0) step++;
  const [x, y] = [new Float32Array(POINTS * 2), new Float32Array(POINTS * 2)];
  let [count, seen] = [0, 0];
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!isInk(pixels[at] ?? 255) || seen++ % step !== 0 || count >= x.length) continue;
      x[count] = column - width / 2;
      y[count++] = row - height / 2;
    }
  }
  return { x, y, count };
}

/** The angle at which the sums across differ most. */
function sharpest(
  across: Float32Array,
  along: Float32Array,
  { count, size }: { readonly count: number; readonly size: number },
) {
  const sharpnessAt = (angle: number): number => {
    const slope = Math.tan((angle * Math.PI) / 180);
    const scale = STRIPS / (size * 1.6);
    const sums = new Float64Array(STRIPS + 2);
    for (let index = 0; index < count; index++) {
      const strip = Math.floor(((across[index] ?? 0) - (along[index] ?? 0) * slope) * scale + STRIPS / 2);
      if (strip >= 0 && strip < STRIPS) sums[strip] = (sums[strip] ?? 0) + 1;
    }
    let sharpness = 0;
    for (let strip = 1; strip < STRIPS; strip++) sharpness += ((sums[strip] ?? 0) - (sums[strip - 1] ?? 0)) ** 2;
    return sharpness;
  };
  const best = (from: number, to: number, step: number) => {
    let found = { angle: 0, sharpness: sharpnessAt(0) };
    for (let angle = from; angle <= to + step / 2; angle += step) {
      const sharpness = sharpnessAt(angle);
      if (sharpness > found.sharpness) found = { angle, sharpness };
    }
    return found;
  };
  const coarse = best(-MOST_SKEW, MOST_SKEW, COARSE);
  const fine = best(coarse.angle - COARSE, coarse.angle + COARSE, FINE);
  return fine.sharpness > coarse.sharpness ? fine : coarse;
}

/** The brightness that parts ink and paper best (N. Otsu, 1979). */
function otsu(pixels: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const value of pixels) counts[value] = (counts[value] ?? 0) + 1;
  let all = 0;
  for (let value = 0; value < 256; value++) all += value * (counts[value] ?? 0);
  let [below, sum, best, threshold] = [0, 0, 0, 127];
  for (let value = 0; value < 255; value++) {
    below += counts[value] ?? 0;
    sum += value * (counts[value] ?? 0);
    const above = pixels.length - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sum / below - (all - sum) / above) ** 2;
    if (between > best) [best, threshold] = [between, value];
  }
  return threshold;
}

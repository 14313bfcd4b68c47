import type { GrayImage } from "./gray-image.ts";
import { orient, turned } from "./orient.ts";
import { rotate } from "./rotate.ts";
import { findTextLines } from "./text-lines.ts";

/** Lines that show so much more sharply along the columns run along them: the page is on its side. */
const ON_ITS_SIDE = 0.7;
/** Degrees of skew that recognition corrects by itself. */
const LEAST_SKEW = 1;

/** The picture with its lines of text along the rows. It may still be upside down. */
export function straighten(image: GrayImage): GrayImage {
  const lines = findTextLines(image);
  if (!lines) return image;
  const lies = lines.upright < ON_ITS_SIDE;
  const upright = lies ? orient(image, turned[90]) : image;
  const skew = lies ? (findTextLines(upright)?.skew ?? 0) : lines.upright >= 1 ? lines.skew : 0;
  return Math.abs(skew) < LEAST_SKEW ? upright : rotate(upright, skew);
}

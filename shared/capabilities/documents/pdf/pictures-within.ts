/**
 * Pictures that are a part of a page of text and may hold text themselves: screenshots, letterheads, pasted scans.
 *
 * @module
 */

import type { GrayImage } from "../image/gray-image.ts";
import { looksWritten } from "../image/paper.ts";
import { stack } from "../image/stack.ts";
import type { Limits } from "../limits.ts";
import {
  areaOf,
  type Box,
  boundsOf,
  MOST_EXAMINED,
  MOST_NESTED,
  objectKinds,
  objectsOf,
  pixelsOf,
} from "./page-objects.ts";
import { type Pdfium, withMemory } from "./pdfium.ts";
import { renderPart } from "./render.ts";

const { text: TEXT, image: IMAGE, form: FORM } = objectKinds;
/** Share of the page, and pixels, below which a picture is a logo, a stamp or an ornament. */
export const LEAST_SHARE = 0.05;
const LEAST_PIXELS = 100_000;
/** Pictures of one page that are read, the largest first. */
const MOST_PICTURES = 6;
/** Pictures of one page that are unpacked to see whether they do. */
const MOST_UNPACKED = 20;
/** Points between the parts of a picture that comes in parts. */
const GAP = 1;

/** A picture, or several that touch each other. */
interface Found extends Box {
  readonly pixels: number;
  readonly objects: readonly number[];
}

/**
 * What is written in pictures that are large enough, one below the other; undefined where there are none. Takes everything
 * else off the page.
 */
export function picturesWithin(pdfium: Pdfium, page: number, limits: Limits): GrayImage | undefined {
  const whole = pdfium._FPDF_GetPageWidthF(page) * pdfium._FPDF_GetPageHeightF(page);
  const count = pdfium._FPDFPage_CountObjects(page);
  if (count > MOST_EXAMINED) return undefined;
  const objects = Array.from({ length: count }, (_, index) => pdfium._FPDFPage_GetObject(page, index));
  const large = joined(objects.flatMap((object) => pictureOf(pdfium, object)))
    .filter((found) => areaOf(found) >= LEAST_SHARE * whole && found.pixels >= LEAST_PIXELS)
    .sort((a, b) => areaOf(b) - areaOf(a))
    .slice(0, MOST_PICTURES);
  if (large.length === 0) return undefined;
  const kept = new Set(large.flatMap((found) => found.objects));
  for (const object of objects) if (!kept.has(object)) pdfium._FPDFPageObj_SetIsActive(object, 0);
  const parts = large
    .sort((a, b) => b.top - a.top || a.left - b.left)
    .map((found) => {
      const resolution = Math.sqrt(found.pixels / areaOf(found));
      return renderPart(pdfium, page, { box: found, dotsPerPoint: resolution, limits });
    })
    .filter((image) => looksWritten(image));
  return parts.length > 0 ? stack(parts) : undefined;
}

/** Whether a picture that is large enough to be read does not unpack, so that the page shows nothing in its place. */
export function hasLostPicture(pdfium: Pdfium, page: number): boolean {
  const whole = pdfium._FPDF_GetPageWidthF(page) * pdfium._FPDF_GetPageHeightF(page);
  let examined = 0;
  const visit = (form: number, share: number, depth: number): boolean => {
    let seen = 0;
    for (const { object, kind } of objectsOf(pdfium, page, form)) {
      if (seen++ >= MOST_EXAMINED || examined >= MOST_UNPACKED) return false;
      if (kind !== IMAGE && kind !== FORM) continue;
      // Places within a form are its own: the form's on the page stands for those of its pictures.
      const box = form ? undefined : withMemory(pdfium, 16, (memory) => boundsOf(pdfium, object, memory));
      const own = form ? share : (box ? areaOf(box) : 0) / whole;
      if (own < LEAST_SHARE) continue;
      if (kind === FORM && depth < MOST_NESTED && visit(object, own, depth + 1)) return true;
      if (kind !== IMAGE) continue;
      examined++;
      const bitmap = pdfium._FPDFImageObj_GetBitmap(object);
      if (!bitmap) return true;
      pdfium._FPDFBitmap_Destroy(bitmap);
    }
    return false;
  };
  return visit(0, 0, 0);
}

/** The object as a picture, in a list; a form is one where it draws pictures and no text. */
function pictureOf(pdfium: Pdfium, object: number): Found[] {
  const kind = object ? pdfium._FPDFPageObj_GetType(object) : 0;
  if (kind !== IMAGE && kind !== FORM) return [];
  return withMemory(pdfium, 24, (memory) => {
    const pixels =
      kind === IMAGE ? pixelsOf(pdfium, object, memory) : pixelsOfForm(pdfium, { form: object, depth: 0 }, memory);
    const box = pixels === 0 ? undefined : boundsOf(pdfium, object, memory);
    return box ? [{ ...box, pixels, objects: [object] }] : [];
  });
}

/** Pixels of the pictures that a form draws, with those of its forms; 0 where it draws text as well. */
function pixelsOfForm(
  pdfium: Pdfium,
  { form, depth }: { readonly form: number; readonly depth: number },
  memory: number,
): number {
  let pixels = 0;
  const count = pdfium._FPDFFormObj_CountObjects(form);
  for (let index = 0; index < Math.min(count, MOST_EXAMINED); index++) {
    const object = pdfium._FPDFFormObj_GetObject(form, index);
    const kind = object ? pdfium._FPDFPageObj_GetType(object) : 0;
    if (kind === TEXT || (kind === FORM && depth >= MOST_NESTED)) return 0;
    if (kind === IMAGE) pixels += pixelsOf(pdfium, object, memory);
    if (kind === FORM) {
      const inside = pixelsOfForm(pdfium, { form: object, depth: depth + 1 }, memory);
      if (inside === 0) return 0;
      pixels += inside;
    }
  }
  return pixels;
}

/** Pictures with those that touch them, such as the strips of one. More of them than anybody draws are left apart. */
function joined(pictures: readonly Found[]): Found[] {
  if (pictures.length > 500) return [...pictures];
  const groups: Found[] = [];
  for (const picture of pictures) {
    let group = picture;
    for (let index = groups.findIndex((each) => touches(each, group)); index >= 0; ) {
      group = union(groups.splice(index, 1)[0] ?? group, group);
      const grown = group;
      index = groups.findIndex((each) => touches(each, grown));
    }
    groups.push(group);
  }
  return groups;
}

const touches = (a: Box, b: Box): boolean =>
  a.left <= b.right + GAP && b.left <= a.right + GAP && a.bottom <= b.top + GAP && b.bottom <= a.top + GAP;

const union = (a: Found, b: Found): Found => ({
  left: Math.min(a.left, b.left),
  bottom: Math.min(a.bottom, b.bottom),
  right: Math.max(a.right, b.right),
  top: Math.max(a.top, b.top),
  pixels: a.pixels + b.pixels,
  objects: [...a.objects, ...b.objects],
});

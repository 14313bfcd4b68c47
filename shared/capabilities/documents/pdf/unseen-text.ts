/**
 * Text that no reader of a page sees: outside the page or of what is let through, too small, drawn without ink, in the
 * color of what is behind it, or under something drawn later.
 * The invisible text of a scan that was recognized before is another thing, and stays.
 *
 * @module
 */

import type { Limits } from "../limits.ts";
import { drawnTwice } from "./drawn-twice.ts";
import {
  areaOf,
  type Box,
  boundsOf,
  MOST_EXAMINED,
  MOST_NESTED,
  objectKinds,
  type Placed,
  removeObject,
  WITHOUT_INK,
} from "./page-objects.ts";
import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";
import { renderShades } from "./render.ts";

const { text: TEXT, path: PATH, image: IMAGE, form: FORM } = objectKinds;
/** What may hide others: the largest so many are examined. */
const MOST_COVERS = 50;
/** Of the page, in points squared, that something covers which may hide a line. */
const LEAST_COVER = 300;
/** Share of the page that a scan covers: its text may be under it on purpose. */
const SCAN_SHARE = 0.5;
/** Brightness, of 255, from which on text may have the color of paper; opacity below which it shows nothing. */
const [PALE, FAINT] = [245, 8];
/** By how much each part of two colors differs, of 255, that look the same. */
const SAME_COLOR = 12;
/** Clips, and points of one, that are examined: a rectangle has five. */
const [MOST_CLIPS, MOST_POINTS] = [10, 6];
/** Of a font, in points, below which nobody reads it. */
const LEAST_FONT = 1;
/** Shades between the darkest and the brightest dot where there is something to see. */
const CONTRAST = 10;
/** Points by which the edge of a letter may be outside. */
const TOLERANCE = 1;

interface Text extends Box, Placed {
  readonly at: number;
  readonly color: Color;
  /** Whether it is outside of what the page lets through, or too small. */
  readonly isLost: boolean;
  /** Whether its letters are drawn without ink. */
  readonly isBlank: boolean;
  /** Where its first letter stands on the page. */
  readonly origin: readonly [x: number, y: number];
}

/** Red, green, blue and opacity, to 255. */
type Color = readonly [number, number, number, number];

/** What may hide a text, or be of its color. */
interface Cover extends Box {
  readonly at: number;
  /** Undefined for pictures. */
  readonly color: Color | undefined;
}

/** What is drawn, in its order, with places on the page. */
interface Drawn {
  readonly texts: Text[];
  readonly covers: Cover[];
}

/** Takes text off the page that no reader sees, so that it is not read. */
export function removeUnseenText(pdfium: Pdfium, page: number, limits: Limits): void {
  if (pdfium._FPDFPage_CountObjects(page) > MOST_EXAMINED) return;
  const drawn: Drawn = { texts: [], covers: [] };
  const whole = withMemory(pdfium, 32, (memory) => {
    collect(pdfium, { page, memory }, drawn);
    return pageBox(pdfium, page, memory);
  });
  const { texts, covers } = drawn;
  if (!whole || texts.length === 0) return;
  const isScan = covers.some((cover) => !cover.color && areaOf(cover) >= SCAN_SHARE * areaOf(whole));
  const largest = covers.sort((a, b) => areaOf(b) - areaOf(a)).slice(0, MOST_COVERS);
  const isOutside = (text: Text): boolean => text.isLost || !meets(text, whole);
  const isCovered = (text: Text): boolean =>
    largest.some((cover) => (cover.at > text.at || isSameColor(cover, text)) && contains(cover, text));
  const isDoubtful = (text: Text): boolean => !isScan && (isPale(text.color) || text.isBlank || isCovered(text));
  const outside = texts.filter(isOutside);
  const doubtful = texts.filter((text) => !isOutside(text) && isDoubtful(text));
  const unseen = new Set([
    ...outside,
    ...withoutContrast(pdfium, { page, limits }, doubtful),
    ...drawnTwice(pdfium, page, texts),
  ]);
  for (const text of unseen) removeObject(pdfium, page, text);
}

/** What the page draws, with what its forms draw. */
function collect(
  pdfium: Pdfium,
  { page, memory }: { readonly page: number; readonly memory: number },
  { texts, covers }: Drawn,
): void {
  let at = 0;
  const visit = (form: number, place: Matrix | undefined, depth: number): void => {
    const count = form ? pdfium._FPDFFormObj_CountObjects(form) : pdfium._FPDFPage_CountObjects(page);
    for (let index = 0; index < count && at < MOST_EXAMINED; index++) {
      at++;
      const object = form ? pdfium._FPDFFormObj_GetObject(form, index) : pdfium._FPDFPage_GetObject(page, index);
      const kind = object ? pdfium._FPDFPageObj_GetType(object) : 0;
      if (kind === FORM && depth < MOST_NESTED) {
        const own = matrixOf(pdfium, object, memory);
        if (own) visit(object, place ? product(own, place) : own, depth + 1);
      } else if (kind === TEXT) {
        const box = boxOf(pdfium, { object, place }, memory);
        if (box) texts.push({ ...box, object, form, at, ...textFacts(pdfium, { object, box, place }, memory) });
      } else if (kind === PATH || kind === IMAGE) {
        const box = boxOf(pdfium, { object, place }, memory);
        if (!box || areaOf(box) < LEAST_COVER) continue;
        const color = kind === PATH ? fillOf(pdfium, object, memory) : undefined;
        if (color?.[3] === 255 || kind === IMAGE) covers.push({ ...box, at, color });
      }
    }
  };
  visit(0, undefined, 0);
}

/** Of texts that may be hidden, those at whose place the page shows one shade alone. */
function withoutContrast(
  pdfium: Pdfium,
  { page, limits }: { readonly page: number; readonly limits: Limits },
  texts: readonly Text[],
): Text[] {
  if (texts.length === 0) return [];
  const { width, height, pixels } = renderShades(pdfium, page, limits);
  return withMemory(pdfium, 8, (memory) => {
    const device = (x: number, y: number): [number, number] => {
      pdfium._FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, memory, memory + 4);
      const view = viewOf(pdfium);
      return [view.getInt32(memory, true), view.getInt32(memory + 4, true)];
    };
    return texts.filter(({ left, bottom, right, top }) => {
      const [[x1, y1], [x2, y2]] = [device(left, bottom), device(right, top)];
      let [least, most] = [255, 0];
      for (let y = Math.max(0, Math.min(y1, y2)); y <= Math.min(height - 1, Math.max(y1, y2)); y++) {
        for (let x = Math.max(0, Math.min(x1, x2)); x <= Math.min(width - 1, Math.max(x1, x2)); x++) {
          const shade = pixels[y * width + x] ?? 0;
          if (shade < least) least = shade;
          if (shade > most) most = shade;
        }
        if (most - least > CONTRAST) return false;
      }
      return most - least <= CONTRAST;
    });
  });
}

const meets = (a: Box, b: Box): boolean =>
  a.right > b.left + TOLERANCE &&
  a.left < b.right - TOLERANCE &&
  a.top > b.bottom + TOLERANCE &&
  a.bottom < b.top - TOLERANCE;

const contains = (cover: Box, { left, bottom, right, top }: Box): boolean =>
  left >= cover.left - TOLERANCE &&
  right <= cover.right + TOLERANCE &&
  bottom >= cover.bottom - TOLERANCE &&
  top <= cover.top + TOLERANCE;

/** How a form is placed on what draws it: a, b, c, d, e, f of the PDF's matrices. */
type Matrix = readonly [number, number, number, number, number, number];

function matrixOf(pdfium: Pdfium, object: number, memory: number): Matrix | undefined {
  if (!pdfium._FPDFPageObj_GetMatrix(object, memory)) return undefined;
  const view = viewOf(pdfium);
  return [0, 4, 8, 12, 16, 20].map((offset) => view.getFloat32(memory + offset, true)) as unknown as Matrix;
}

const product = ([a, b, c, d, e, f]: Matrix, [A, B, C, D, E, F]: Matrix): Matrix => [
  a * A + b * C,
  a * B + b * D,
  c * A + d * C,
  c * B + d * D,
  e * A + f * C + E,
  e * B + f * D + F,
];

/** The upright box around a box that was moved and turned. */
function placed({ left, bottom, right, top }: Box, [a, b, c, d, e, f]: Matrix): Box {
  const corners = [left, right].flatMap((x) => [bottom, top].map((y) => [a * x + c * y + e, b * x + d * y + f]));
  const [xs, ys] = [corners.map(([x = 0]) => x), corners.map(([, y = 0]) => y)];
  return { left: Math.min(...xs), bottom: Math.min(...ys), right: Math.max(...xs), top: Math.max(...ys) };
}

function boxOf(
  pdfium: Pdfium,
  { object, place }: { readonly object: number; readonly place?: Matrix | undefined },
  memory: number,
): Box | undefined {
  const own = boundsOf(pdfium, object, memory);
  const box = own && place ? placed(own, place) : own;
  return box && box.right > box.left && box.top > box.bottom ? box : undefined;
}

/** What is shown of the page: FS_RECTF is left, top, right, bottom. */
function pageBox(pdfium: Pdfium, page: number, memory: number): Box | undefined {
  if (!pdfium._FPDF_GetPageBoundingBox(page, memory)) return undefined;
  const view = viewOf(pdfium);
  const at = (offset: number): number => view.getFloat32(memory + offset, true);
  const box = { left: at(0), top: at(4), right: at(8), bottom: at(12) };
  return box.right > box.left && box.top > box.bottom ? box : undefined;
}

interface Boxed {
  readonly object: number;
  readonly box: Box;
  readonly place: Matrix | undefined;
}

function textFacts(pdfium: Pdfium, { object, box, place }: Boxed, memory: number) {
  const isFlat = box.top - box.bottom < LEAST_FONT && box.right - box.left < LEAST_FONT * MOST_LETTERS;
  const own = matrixOf(pdfium, object, memory);
  const matrix = own && place ? product(own, place) : own;
  return {
    color: colorOf(pdfium, object, memory),
    origin: [matrix?.[4] ?? box.left, matrix?.[5] ?? box.bottom] as const,
    isBlank: WITHOUT_INK.includes(pdfium._FPDFTextObj_GetTextRenderMode(object)),
    isLost: (isFlat && isTiny(pdfium, { object, place }, memory)) || isClipped(pdfium, { object, place, box }, memory),
  };
}

/** Letters of one text: a tiny text that is longer is found by its parts. */
const MOST_LETTERS = 1_000;

function isTiny(pdfium: Pdfium, { object, place }: Omit<Boxed, "box">, memory: number): boolean {
  if (!pdfium._FPDFTextObj_GetFontSize(object, memory)) return false;
  const size = viewOf(pdfium).getFloat32(memory, true);
  const own = matrixOf(pdfium, object, memory);
  if (!own) return false;
  const [, , c, d] = place ? product(own, place) : own;
  return size * Math.hypot(c, d) < LEAST_FONT;
}

/** Whether it is outside of a rectangle to which the page confines it. */
function isClipped(pdfium: Pdfium, { object, place, box }: Boxed, memory: number): boolean {
  const clip = pdfium._FPDFPageObj_GetClipPath(object);
  const paths = clip ? pdfium._FPDFClipPath_CountPaths(clip) : 0;
  for (let path = 0; path < Math.min(paths, MOST_CLIPS); path++) {
    const points = pdfium._FPDFClipPath_CountPathSegments(clip, path);
    if (points < 1 || points > MOST_POINTS) continue;
    const around = { left: Infinity, bottom: Infinity, right: -Infinity, top: -Infinity };
    for (let index = 0; index < points; index++) {
      const segment = pdfium._FPDFClipPath_GetPathSegment(clip, path, index);
      if (!segment || !pdfium._FPDFPathSegment_GetPoint(segment, memory, memory + 4)) return false;
      const view = viewOf(pdfium);
      const [x, y] = [view.getFloat32(memory, true), view.getFloat32(memory + 4, true)];
      around.left = Math.min(around.left, x);
      around.right = Math.max(around.right, x);
      around.bottom = Math.min(around.bottom, y);
      around.top = Math.max(around.top, y);
    }
    if (!meets(box, place ? placed(around, place) : around)) return true;
  }
  return false;
}

const isPale = ([red, green, blue, opacity]: Color): boolean => opacity < FAINT || Math.min(red, green, blue) >= PALE;

const isSameColor = ({ at, color }: Cover, text: Text): boolean =>
  at < text.at &&
  color !== undefined &&
  [0, 1, 2].every((part) => Math.abs((color[part] ?? 0) - (text.color[part] ?? 0)) <= SAME_COLOR);

function colorOf(pdfium: Pdfium, object: number, memory: number): Color {
  const [r, g, b, a] = [memory, memory + 4, memory + 8, memory + 12];
  if (!pdfium._FPDFPageObj_GetFillColor(object, r, g, b, a)) return [0, 0, 0, 255];
  const view = viewOf(pdfium);
  return [view.getUint32(r, true), view.getUint32(g, true), view.getUint32(b, true), view.getUint32(a, true)];
}

/** The color that a path is filled with; undefined where it is not. */
function fillOf(pdfium: Pdfium, object: number, memory: number): Color | undefined {
  if (!pdfium._FPDFPath_GetDrawMode(object, memory + 16, memory + 20)) return undefined;
  return viewOf(pdfium).getInt32(memory + 16, true) !== 0 ? colorOf(pdfium, object, memory) : undefined;
}

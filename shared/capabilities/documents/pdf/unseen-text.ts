/**
 * Text that no reader of a page sees: outside the page, in the color of what is behind it, or under something drawn later.
 * The invisible text of a scan that was recognized before is another thing, and stays.
 *
 * @module
 */

import type { Limits } from "../limits.ts";
import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";
import { render } from "./render.ts";

/** Kinds of page objects (FPDF_PAGEOBJ_*, fpdf_edit.h). */
const [TEXT, PATH, IMAGE, FORM] = [1, 2, 3, 5];
/** Forms within forms. */
const MOST_NESTED = 3;
/** Objects examined; a page has more only where each letter or dash is one. */
const MOST_OBJECTS = 20_000;
/** What may hide others: the largest so many are examined. */
const MOST_COVERS = 50;
/** Of the page, in points squared, that something covers which may hide a line. */
const LEAST_COVER = 300;
/** Share of the page that a scan covers: its text may be under it on purpose. */
const SCAN_SHARE = 0.5;
/** Brightness, of 255, from which on text may have the color of paper; opacity below which it shows nothing. */
const [PALE, FAINT] = [245, 8];
/** Shades between the darkest and the brightest dot where there is something to see. */
const CONTRAST = 10;
/** Dots of the page as it is examined, one to a point: only its shades count. */
const MOST_PIXELS = 2_000_000;
/** Points by which the edge of a letter may be outside. */
const TOLERANCE = 1;

interface Box {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

interface Text extends Box {
  readonly object: number;
  /** The form that it is part of; 0 for the page itself. */
  readonly form: number;
  readonly at: number;
  readonly isPale: boolean;
}

/** What is drawn, in its order, with places on the page. */
interface Drawn {
  readonly texts: Text[];
  readonly covers: (Box & { readonly at: number })[];
}

/** Takes text off the page that no reader sees, so that it is not read. */
export function removeUnseenText(pdfium: Pdfium, page: number, limits: Limits): void {
  if (pdfium._FPDFPage_CountObjects(page) > MOST_OBJECTS) return;
  const drawn: Drawn = { texts: [], covers: [] };
  const whole = withMemory(pdfium, 32, (memory) => {
    collect(pdfium, { page, memory }, drawn);
    return pageBox(pdfium, page, memory);
  });
  const { texts, covers } = drawn;
  if (!whole || texts.length === 0) return;
  const isScan = covers.some((cover) => areaOf(cover) >= SCAN_SHARE * areaOf(whole));
  const largest = covers.sort((a, b) => areaOf(b) - areaOf(a)).slice(0, MOST_COVERS);
  const isOutside = (text: Text): boolean => !meets(text, whole);
  const isDoubtful = (text: Text): boolean =>
    !isScan && (text.isPale || largest.some((cover) => cover.at > text.at && contains(cover, text)));
  const outside = texts.filter(isOutside);
  const doubtful = texts.filter((text) => !isOutside(text) && isDoubtful(text));
  const unseen = [...outside, ...withoutContrast(pdfium, { page, limits }, doubtful)];
  for (const { object, form } of unseen) {
    const isRemoved = form
      ? pdfium._FPDFFormObj_RemoveObject(form, object)
      : pdfium._FPDFPage_RemoveObject(page, object);
    if (isRemoved) pdfium._FPDFPageObj_Destroy(object);
  }
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
    for (let index = 0; index < count && at < MOST_OBJECTS; index++) {
      at++;
      const object = form ? pdfium._FPDFFormObj_GetObject(form, index) : pdfium._FPDFPage_GetObject(page, index);
      const kind = object ? pdfium._FPDFPageObj_GetType(object) : 0;
      if (kind === FORM && depth < MOST_NESTED) {
        const own = matrixOf(pdfium, object, memory);
        if (own) visit(object, place ? product(own, place) : own, depth + 1);
      } else if (kind === TEXT) {
        const box = boxOf(pdfium, { object, place }, memory);
        if (box) texts.push({ ...box, object, form, at, isPale: isPale(pdfium, object, memory) });
      } else if ((kind === PATH && texts.length > 0 && isFilled(pdfium, object, memory)) || kind === IMAGE) {
        const box = boxOf(pdfium, { object, place }, memory);
        if (box && areaOf(box) >= LEAST_COVER) covers.push({ ...box, at });
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
  const [wide, high] = [pdfium._FPDF_GetPageWidthF(page), pdfium._FPDF_GetPageHeightF(page)];
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / Math.max(1, wide * high)));
  const image = render(pdfium, page, { wide: wide * scale, high: high * scale, limits });
  const { width, height, pixels } = image;
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

const areaOf = ({ left, bottom, right, top }: Box): number => (right - left) * (top - bottom);

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
  if (!pdfium._FPDFPageObj_GetBounds(object, memory, memory + 4, memory + 8, memory + 12)) return undefined;
  const view = viewOf(pdfium);
  const at = (offset: number): number => view.getFloat32(memory + offset, true);
  const own = { left: at(0), bottom: at(4), right: at(8), top: at(12) };
  const box = place ? placed(own, place) : own;
  return box.right > box.left && box.top > box.bottom ? box : undefined;
}

/** What is shown of the page: FS_RECTF is left, top, right, bottom. */
function pageBox(pdfium: Pdfium, page: number, memory: number): Box | undefined {
  if (!pdfium._FPDF_GetPageBoundingBox(page, memory)) return undefined;
  const view = viewOf(pdfium);
  const at = (offset: number): number => view.getFloat32(memory + offset, true);
  const box = { left: at(0), top: at(4), right: at(8), bottom: at(12) };
  return box.right > box.left && box.top > box.bottom ? box : undefined;
}

function isPale(pdfium: Pdfium, object: number, memory: number): boolean {
  const [red, green, blue, opacity] = colorOf(pdfium, object, memory);
  return opacity < FAINT || Math.min(red, green, blue) >= PALE;
}

function colorOf(pdfium: Pdfium, object: number, memory: number): [number, number, number, number] {
  const [r, g, b, a] = [memory, memory + 4, memory + 8, memory + 12];
  if (!pdfium._FPDFPageObj_GetFillColor(object, r, g, b, a)) return [0, 0, 0, 255];
  const view = viewOf(pdfium);
  return [r, g, b, a].map((at) => view.getUint32(at, true)) as [number, number, number, number];
}

/** Whether a path hides what is under it. */
function isFilled(pdfium: Pdfium, object: number, memory: number): boolean {
  if (!pdfium._FPDFPath_GetDrawMode(object, memory + 16, memory + 20)) return false;
  const isFill = viewOf(pdfium).getInt32(memory + 16, true) !== 0;
  return isFill && colorOf(pdfium, object, memory)[3] === 255;
}

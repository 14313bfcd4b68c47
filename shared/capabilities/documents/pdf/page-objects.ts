import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";

/** Kinds of page objects (FPDF_PAGEOBJ_*, fpdf_edit.h). */
export const objectKinds = { text: 1, path: 2, image: 3, form: 5 } as const;
const { text: TEXT, image: IMAGE, form: FORM } = objectKinds;
/** FPDF_TEXTRENDERMODE_INVISIBLE: how programs that recognize scans lay their text over them. */
const INVISIBLE = 3;
/** That and FPDF_TEXTRENDERMODE_CLIP (fpdf_edit.h): nothing is drawn. */
export const WITHOUT_INK: readonly number[] = [INVISIBLE, 7];
/** Objects that are examined for what a reader sees; a page has more only where each letter or dash is one. */
export const MOST_EXAMINED = 20_000;
const POINTS_PER_INCH = 72;
/** Objects examined; a page has more only where each letter or dash is one. */
const MOST_OBJECTS = 50_000;
/** Forms within forms. */
export const MOST_NESTED = 3;

/** A place on a page, in points. */
export interface Box {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

/** In points squared. */
export const areaOf = ({ left, bottom, right, top }: Box): number => (right - left) * (top - bottom);

/** An object on a page. */
export interface Placed {
  readonly object: number;
  /** The form that it is part of; 0 for the page itself. */
  readonly form: number;
}

/** Takes an object off a page, so that its text is not read. */
export function removeObject(pdfium: Pdfium, page: number, { object, form }: Placed): void {
  const isRemoved = form ? pdfium._FPDFFormObj_RemoveObject(form, object) : pdfium._FPDFPage_RemoveObject(page, object);
  if (isRemoved) pdfium._FPDFPageObj_Destroy(object);
}

/**
 * What a page draws, or a form on it.
 * @param form 0: the page itself
 */
export function* objectsOf(
  pdfium: Pdfium,
  page: number,
  form: number,
): Generator<{ readonly object: number; readonly kind: number }> {
  const count = form ? pdfium._FPDFFormObj_CountObjects(form) : pdfium._FPDFPage_CountObjects(page);
  for (let index = 0; index < count; index++) {
    const object = form ? pdfium._FPDFFormObj_GetObject(form, index) : pdfium._FPDFPage_GetObject(page, index);
    yield { object, kind: object ? pdfium._FPDFPageObj_GetType(object) : 0 };
  }
}

/** Where an object is on what draws it. @param memory 16 bytes to work with */
export function boundsOf(pdfium: Pdfium, object: number, memory: number): Box | undefined {
  if (!pdfium._FPDFPageObj_GetBounds(object, memory, memory + 4, memory + 8, memory + 12)) return undefined;
  const view = viewOf(pdfium);
  const at = (offset: number): number => view.getFloat32(memory + offset, true);
  return { left: at(0), bottom: at(4), right: at(8), top: at(12) };
}

/** What a page is made of. */
export interface PageObjects {
  readonly any: boolean;
  /** Share of the page that pictures cover, at most 1. A scan may come in many strips. */
  readonly pictureShare: number;
  /** Of its largest picture in dots per inch; infinite for drawn letters, which have none. */
  readonly resolution: number;
  /** Share of its texts that are not shown, as those over a scan that has been recognized before. */
  readonly hiddenTextShare: number;
  /** Lets the page be rendered without its text, once. */
  hideText(): void;
}

/** Looks through the objects of a page. */
export function readObjects(pdfium: Pdfium, page: number): PageObjects {
  const found = { pictures: 0, largest: 0, resolution: Number.POSITIVE_INFINITY, texts: 0, hidden: 0 };
  const texts: number[] = [];
  withMemory(pdfium, 24, (memory) => {
    const visit = (count: number, objectAt: (index: number) => number, depth: number): boolean => {
      let hasPicture = false;
      for (let index = 0; index < Math.min(count, MOST_OBJECTS); index++) {
        const object = objectAt(index);
        const kind = object ? pdfium._FPDFPageObj_GetType(object) : 0;
        if (kind === TEXT) {
          found.texts++;
          if (pdfium._FPDFTextObj_GetTextRenderMode(object) === INVISIBLE) found.hidden++;
          if (depth === 0) texts.push(object);
        } else if (kind === IMAGE) {
          hasPicture = true;
          measure(pdfium, { object, memory }, depth === 0 ? found : undefined);
        } else if (kind === FORM && depth < MOST_NESTED) {
          const inside = pdfium._FPDFFormObj_CountObjects(object);
          const of = (index: number) => pdfium._FPDFFormObj_GetObject(object, index);
          const before = found.texts;
          // Places within a form are its own: the form's on the page stands for those of its pictures.
          const shows = visit(inside, of, depth + 1);
          if (shows && depth === 0)
            measure(pdfium, { object, memory, pixels: pixelsIn(pdfium, { form: object }, memory) }, found);
          else if (depth === 0 && found.texts > before) texts.push(object);
          hasPicture ||= shows;
        }
      }
      return hasPicture;
    };
    visit(pdfium._FPDFPage_CountObjects(page), (index) => pdfium._FPDFPage_GetObject(page, index), 0);
  });
  const whole = pdfium._FPDF_GetPageWidthF(page) * pdfium._FPDF_GetPageHeightF(page);
  return {
    any: pdfium._FPDFPage_CountObjects(page) > 0,
    pictureShare: whole > 0 ? Math.min(1, found.pictures / whole) : 0,
    resolution: found.resolution,
    hiddenTextShare: found.texts === 0 ? 0 : found.hidden / found.texts,
    hideText() {
      for (const text of texts) pdfium._FPDFPageObj_SetIsActive(text, 0);
    },
  };
}

interface Measured {
  pictures: number;
  largest: number;
  resolution: number;
}

/** Adds what an object covers, and its resolution if it is the largest picture so far. */
function measure(
  pdfium: Pdfium,
  { object, memory, pixels }: { object: number; memory: number; pixels?: number },
  found: Measured | undefined,
): void {
  const box = found && boundsOf(pdfium, object, memory);
  if (!box) return;
  const area = areaOf(box);
  found.pictures += area;
  if (area <= found.largest) return;
  found.largest = area;
  // By area, for the picture may be on its side.
  found.resolution = Math.sqrt((pixels ?? pixelsOf(pdfium, object, memory)) / area) * POINTS_PER_INCH;
}

/** Pixels of a picture. @param memory 24 bytes to work with, of which the first 16 stay as they are */
export function pixelsOf(pdfium: Pdfium, image: number, memory: number): number {
  if (!pdfium._FPDFImageObj_GetImagePixelSize(image, memory + 16, memory + 20)) return 0;
  const view = viewOf(pdfium);
  return view.getUint32(memory + 16, true) * view.getUint32(memory + 20, true);
}

/** Pixels of all pictures in a form, and in its forms. */
function pixelsIn(
  pdfium: Pdfium,
  { form, depth = 0 }: { readonly form: number; readonly depth?: number },
  memory: number,
): number {
  let pixels = 0;
  const count = pdfium._FPDFFormObj_CountObjects(form);
  for (let index = 0; index < Math.min(count, MOST_OBJECTS); index++) {
    const object = pdfium._FPDFFormObj_GetObject(form, index);
    const kind = object ? pdfium._FPDFPageObj_GetType(object) : 0;
    if (kind === IMAGE) pixels += pixelsOf(pdfium, object, memory);
    else if (kind === FORM && depth < MOST_NESTED)
      pixels += pixelsIn(pdfium, { form: object, depth: depth + 1 }, memory);
  }
  return pixels;
}

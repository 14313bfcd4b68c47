import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";

/** Kinds of page objects (FPDF_PAGEOBJ_*, fpdf_edit.h). */
const TEXT = 1;
const IMAGE = 3;
const FORM = 5;
/** FPDF_TEXTRENDERMODE_INVISIBLE: how programs that recognize scans lay their text over them. */
const INVISIBLE = 3;
const POINTS_PER_INCH = 72;
/** Objects examined; a page has more only where each letter or dash is one. */
const MOST_OBJECTS = 50_000;
/** Forms within forms. */
const MOST_NESTED = 3;

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
            measure(
              pdfium,
              { object, memory, pixels: pixelsIn(pdfium, { count: inside, objectAt: of }, memory) },
              found,
            );
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
  if (!found || !pdfium._FPDFPageObj_GetBounds(object, memory, memory + 4, memory + 8, memory + 12)) return;
  const view = viewOf(pdfium);
  const [left, bottom, right, top] = [0, 4, 8, 12].map((at) => view.getFloat32(memory + at, true)) as Bounds;
  const area = (right - left) * (top - bottom);
  found.pictures += area;
  if (area <= found.largest) return;
  found.largest = area;
  // By area, for the picture may be on its side.
  found.resolution = Math.sqrt((pixels ?? pixelsOf(pdfium, object, memory)) / area) * POINTS_PER_INCH;
}

type Bounds = [number, number, number, number];

function pixelsOf(pdfium: Pdfium, image: number, memory: number): number {
  if (!pdfium._FPDFImageObj_GetImagePixelSize(image, memory + 16, memory + 20)) return 0;
  const view = viewOf(pdfium);
  return view.getUint32(memory + 16, true) * view.getUint32(memory + 20, true);
}

/** Pixels of all pictures in a form. */
function pixelsIn(
  pdfium: Pdfium,
  { count, objectAt }: { readonly count: number; readonly objectAt: (index: number) => number },
  memory: number,
): number {
  let pixels = 0;
  for (let index = 0; index < Math.min(count, MOST_OBJECTS); index++) {
    const object = objectAt(index);
    if (object && pdfium._FPDFPageObj_GetType(object) === IMAGE) pixels += pixelsOf(pdfium, object, memory);
  }
  return pixels;
}

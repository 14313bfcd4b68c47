import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";

/** A horizontal line that the page shows, drawn as such or as the edge of a filled box. */
export interface Rule {
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/** Kinds of page objects (FPDF_PAGEOBJ_*, fpdf_edit.h). */
const [PATH, FORM] = [2, 5];
/** FPDF_SEGMENT_LINETO and _MOVETO (fpdfview.h). */
const [LINE, MOVE] = [0, 2];
const MOST_NESTED = 3;
/** Objects, and points of their paths, that are examined: a drawing has more, and no table. */
const MOST_OBJECTS = 20_000;
const MOST_POINTS = 20_000;
/** Points by which a line may lean, and that it is long at the least. */
const LEAN = 0.7;
const SHORTEST = 8;

type Matrix = readonly [number, number, number, number, number, number];

/** The horizontal lines of a page, from top to bottom, as it is before it is turned. */
export function readRules(pdfium: Pdfium, page: number): Rule[] {
  const rules: Rule[] = [];
  let [objects, points] = [0, 0];
  withMemory(pdfium, 24, (memory) => {
    const matrixOf = (object: number): Matrix => {
      if (!pdfium._FPDFPageObj_GetMatrix(object, memory)) return [1, 0, 0, 1, 0, 0];
      const view = viewOf(pdfium);
      return [0, 4, 8, 12, 16, 20].map((offset) => view.getFloat32(memory + offset, true)) as unknown as Matrix;
    };
    const readPath = (path: number, places: readonly Matrix[]): void => {
      if (!isShown(pdfium, path, memory)) return;
      const count = pdfium._FPDFPath_CountSegments(path);
      points += count;
      if (points > MOST_POINTS) return;
      let [start, last]: ([number, number] | undefined)[] = [];
      const add = (a: readonly [number, number], b: readonly [number, number]): void => {
        const [from, to] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
        if (Math.abs(a[1] - b[1]) <= LEAN && to - from >= SHORTEST) rules.push({ from, to, y: (a[1] + b[1]) / 2 });
      };
      for (let index = 0; index < count; index++) {
        const segment = pdfium._FPDFPath_GetPathSegment(path, index);
        if (!segment || !pdfium._FPDFPathSegment_GetPoint(segment, memory, memory + 4)) return;
        const view = viewOf(pdfium);
        const drawn: [number, number] = [view.getFloat32(memory, true), view.getFloat32(memory + 4, true)];
        const point = places.reduce(moved, drawn);
        const type = pdfium._FPDFPathSegment_GetType(segment);
        if (type === MOVE) start = point;
        if (type === LINE && last) add(last, point);
        if (start && pdfium._FPDFPathSegment_GetClose(segment)) add(point, start);
        last = point;
      }
    };
    const visit = (form: number, places: readonly Matrix[]): void => {
      const count = form ? pdfium._FPDFFormObj_CountObjects(form) : pdfium._FPDFPage_CountObjects(page);
      for (let index = 0; index < count && objects < MOST_OBJECTS && points <= MOST_POINTS; index++) {
        objects++;
        const object = form ? pdfium._FPDFFormObj_GetObject(form, index) : pdfium._FPDFPage_GetObject(page, index);
        const kind = object ? pdfium._FPDFPageObj_GetType(object) : 0;
        if (kind === PATH) readPath(object, [matrixOf(object), ...places]);
        else if (kind === FORM && places.length < MOST_NESTED) visit(object, [matrixOf(object), ...places]);
      }
    };
    visit(0, []);
  });
  return objects >= MOST_OBJECTS || points > MOST_POINTS ? [] : rules.sort((a, b) => b.y - a.y);
}

const moved = ([x, y]: [number, number], [a, b, c, d, e, f]: Matrix): [number, number] => [
  a * x + c * y + e,
  b * x + d * y + f,
];

function isShown(pdfium: Pdfium, path: number, memory: number): boolean {
  if (!pdfium._FPDFPath_GetDrawMode(path, memory, memory + 4)) return false;
  const view = viewOf(pdfium);
  return view.getInt32(memory, true) !== 0 || view.getInt32(memory + 4, true) !== 0;
}

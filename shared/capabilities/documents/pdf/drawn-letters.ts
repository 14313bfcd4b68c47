/**
 * Letters that a page draws as shapes, as programs for print and drawing write them: nobody can select them.
 *
 * @module
 */

import { type Box, boundsOf, MOST_EXAMINED, MOST_NESTED, objectKinds, objectsOf } from "./page-objects.ts";
import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";

const { path: PATH, form: FORM } = objectKinds;
/** Of a letter, in points. */
const HEIGHT = { least: 2, most: 40 } as const;
const WIDEST = 60;
/** Shapes beside each other, from left to right on one line, from which on they are a text and not an ornament. */
const LEAST_LETTERS = 60;
/** Parts of a shape that draws many letters at once. */
const PARTS_OF_LETTER = 16;

/** Whether a page draws more letters as shapes than it has letters of text. */
export function drawsLetters(pdfium: Pdfium, page: number, letters: number): boolean {
  const enough = Math.max(LEAST_LETTERS, letters);
  let found = 0;
  let examined = 0;
  let last: Box | undefined;
  const take = (shape: Box, parts: number): void => {
    const [width, height] = [shape.right - shape.left, shape.top - shape.bottom];
    const isLetter = height >= HEIGHT.least && height <= HEIGHT.most && width <= WIDEST;
    // A line, or a paragraph, in one shape has the parts of all its letters.
    if (parts > PARTS_OF_LETTER * 4) found += Math.floor(parts / PARTS_OF_LETTER);
    else if (isLetter && last && isBeside(shape, last)) found++;
    if (isLetter) last = shape;
  };
  withMemory(pdfium, 24, (memory) => {
    const visit = (form: number, depth: number): void => {
      for (const { object, kind } of objectsOf(pdfium, page, form)) {
        if (examined >= MOST_EXAMINED || found >= enough) return;
        examined++;
        if (kind === FORM && depth < MOST_NESTED) visit(object, depth + 1);
        if (kind !== PATH || !isFilled(pdfium, object, memory)) continue;
        const box = boundsOf(pdfium, object, memory);
        if (box) take(box, pdfium._FPDFPath_CountSegments(object));
      }
    };
    visit(0, 0);
  });
  return found >= enough;
}

/** Whether a shape follows another one as letters of a word or the words of a line do. */
const isBeside = (shape: Box, before: Box): boolean => {
  const height = Math.max(shape.top - shape.bottom, before.top - before.bottom);
  const gap = shape.left - before.right;
  return gap > -height / 2 && gap < height && shape.bottom < before.top && before.bottom < shape.top;
};

/** Charts and maps draw outlines. */
function isFilled(pdfium: Pdfium, path: number, memory: number): boolean {
  if (!pdfium._FPDFPath_GetDrawMode(path, memory, memory + 4)) return false;
  const view = viewOf(pdfium);
  return view.getInt32(memory, true) !== 0 && view.getInt32(memory + 4, true) === 0;
}

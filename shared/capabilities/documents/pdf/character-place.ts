import { type Pdfium, viewOf } from "./pdfium.ts";

/** Bytes of an FS_RECTF: left, top, right, bottom. */
const BOX = 16;
/** Bytes that {@link characterPlace} works with: a box, and an origin of two doubles. */
export const CHARACTER_BYTES = BOX + 16;

/** Where a character is: its box, and its origin on the baseline, in points from the lower left corner. */
export interface CharacterPlace {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly x: number;
  readonly y: number;
}

/** @returns undefined when the page has no such character */
export function characterPlace(
  pdfium: Pdfium,
  { textPage, index }: { readonly textPage: number; readonly index: number },
  memory: number,
): CharacterPlace | undefined {
  if (!pdfium._FPDFText_GetLooseCharBox(textPage, index, memory)) return undefined;
  pdfium._FPDFText_GetCharOrigin(textPage, index, memory + BOX, memory + BOX + 8);
  const view = viewOf(pdfium);
  return {
    left: view.getFloat32(memory, true),
    top: view.getFloat32(memory + 4, true),
    right: view.getFloat32(memory + 8, true),
    bottom: view.getFloat32(memory + 12, true),
    x: view.getFloat64(memory + BOX, true),
    y: view.getFloat64(memory + BOX + 8, true),
  };
}

import { withoutControls } from "../text/tidy.ts";
import { CHARACTER_BYTES, characterPlace } from "./character-place.ts";
import { type Pdfium, withMemory } from "./pdfium.ts";

/** What one glyph stands for and where it stands, in points from the lower left corner of the page. */
export interface Glyph {
  /** Usually one character; a ligature has several, in PDFium's order; "" where nothing is known. */
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly baseline: number;
}

/** All glyphs in the order of the page's content, without the spaces and line ends that PDFium adds. */
export function readGlyphs(pdfium: Pdfium, textPage: number): Glyph[] {
  const found = new Map<string, Glyph & { readonly mapped: boolean }>();
  const count = pdfium._FPDFText_CountChars(textPage);
  withMemory(pdfium, CHARACTER_BYTES, (memory) => {
    for (let index = 0; index < count; index++) {
      if (pdfium._FPDFText_IsGenerated(textPage, index) === 1) continue;
      const place = placeOf(pdfium, textPage, { index, memory });
      if (!place) continue;
      const code = pdfium._FPDFText_GetUnicode(textPage, index);
      const text = String.fromCodePoint(code > 0 && code <= 0x10_ffff ? code : 0xfffd);
      const key = `${place.left} ${place.right} ${place.baseline}`;
      const same = found.get(key);
      // Characters in one place belong to one ligature; the same one again is a glyph drawn twice.
      if (!same) found.set(key, { ...place, text, mapped: pdfium._FPDFText_HasUnicodeMapError(textPage, index) !== 1 });
      else if (same.text !== text) found.set(key, { ...same, text: same.text + text });
    }
  });
  return withoutUnmapped([...found.values()]);
}

type Place = Omit<Glyph, "text">;

function placeOf(pdfium: Pdfium, textPage: number, at: { index: number; memory: number }): Place | undefined {
  const place = characterPlace(pdfium, { textPage, index: at.index }, at.memory);
  if (!place) return undefined;
  const { left, top, right, bottom, y: baseline } = place;
  return { left, top, right, bottom, baseline };
}

/**
 * A glyph that its font maps to nothing comes with its number for a character. Where most are mapped, that is noise;
 * where most are not, it is all there is, and passed on as pdftotext does, control characters included.
 */
function withoutUnmapped(glyphs: readonly (Glyph & { mapped: boolean })[]): Glyph[] {
  const unmapped = glyphs.filter(({ mapped }) => !mapped).length;
  if (unmapped > glyphs.length / 2) return [...glyphs];
  return glyphs.map((glyph) => ({ ...glyph, text: glyph.mapped ? withoutControls(glyph.text) : "" }));
}

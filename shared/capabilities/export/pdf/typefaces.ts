/**
 * The fonts of a file: which one has a character, and how wide a text is.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FontFile, fontAssets } from "../../../../contracts/books/fonts.ts";

/** A font by its name in the file. */
export type Face = "regular" | "italic" | "bold" | "boldItalic" | "code" | "signs";

const files: Readonly<Record<Face, FontFile>> = {
  regular: "book-regular.ttf",
  italic: "book-italic.ttf",
  bold: "book-bold.ttf",
  boldItalic: "book-bold-italic.ttf",
  code: "code.ttf",
  signs: "signs.ttf",
};

/** The parts of pdfkit's document that are used here. Its fonts are fontkit's, which list their characters. */
interface FontHolder {
  registerFont(name: string, source: Buffer): unknown;
  font(name: string): unknown;
  fontSize(size: number): unknown;
  widthOfString(text: string): number;
}
interface OpenFont {
  readonly _font: { readonly font: { hasGlyphForCodePoint(code: number): boolean } };
}

/** A stretch of text in one font. */
export interface Faced {
  readonly face: Face;
  readonly text: string;
}

const root = join(import.meta.dirname, "../../../..");
const bundled = !import.meta.url.endsWith(".ts");

function fontPath(name: FontFile): string {
  const asset = fontAssets.find(({ to }) => to === name);
  if (bundled || !asset) return join(import.meta.dirname, name);
  return join(root, asset.from);
}

const loaded = new Map<Face, Buffer>();

function bytesOf(face: Face): Buffer {
  const bytes = loaded.get(face) ?? readFileSync(fontPath(files[face]));
  loaded.set(face, bytes);
  return bytes;
}

/** A character with the marks that are on it. */
const CLUSTER = /\P{M}\p{M}*/gu;
/** Characters without a glyph of their own, by which others are joined or chosen. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|[\u2028\u2029]/gu;
const REPLACEMENT = "\ufffd";
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Chooses fonts and measures. */
export class Typefaces {
  readonly #doc: FontHolder;
  readonly #has = new Map<Face, Map<number, boolean>>();
  readonly #widths = new Map<string, number>();
  /** Characters that no font has, and how often they came. */
  readonly missing = new Map<string, number>();
  /** Whether any text runs from right to left. */
  hasRightToLeft = false;

  constructor(doc: FontHolder) {
    this.#doc = doc;
    for (const face of Object.keys(files) as Face[]) doc.registerFont(face, bytesOf(face));
  }

  /** Takes a text apart by the fonts that have its characters. What none has becomes U+FFFD, and is counted. */
  split(text: string, face: Face): Faced[] {
    const parts: { face: Face; text: string }[] = [];
    for (const [cluster] of text.replace(INVISIBLE, "").normalize("NFC").matchAll(CLUSTER)) {
      if (RIGHT_TO_LEFT.test(cluster)) this.hasRightToLeft = true;
      const fit = [face, "signs" as const].find((each) => this.#hasAll(each, cluster));
      if (fit === undefined) this.missing.set(cluster, (this.missing.get(cluster) ?? 0) + 1);
      const next = { face: fit ?? "signs", text: fit === undefined ? REPLACEMENT : cluster };
      const last = parts.at(-1);
      if (last?.face === next.face && last.text.length < MOST_MEASURED) last.text += next.text;
      else parts.push(next);
    }
    return parts;
  }

  /** Width in points. */
  width(text: string, face: Face, size: number): number {
    const key = `${face} ${text}`;
    let unit = this.#widths.get(key);
    if (unit === undefined) {
      this.#doc.font(face);
      this.#doc.fontSize(1_000);
      unit = this.#doc.widthOfString(text) / 1_000;
      if (this.#widths.size < MOST_WIDTHS) this.#widths.set(key, unit);
    }
    return unit * size;
  }

  #hasAll(face: Face, cluster: string): boolean {
    const known = this.#has.get(face) ?? new Map<number, boolean>();
    this.#has.set(face, known);
    for (const char of cluster) {
      const code = char.codePointAt(0) ?? 0;
      let has = known.get(code);
      if (has === undefined) {
        this.#doc.font(face);
        has = (this.#doc as unknown as OpenFont)._font.font.hasGlyphForCodePoint(code);
        known.set(code, has);
      }
      if (!has) return false;
    }
    return true;
  }
}

/** Longer texts are measured in parts: the time for one grows with the square of its length. */
const MOST_MEASURED = 100;
/** Words come again and again; a text of nothing but new ones is not to fill the memory. */
const MOST_WIDTHS = 200_000;

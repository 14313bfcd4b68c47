import type { Glyph } from "./glyphs.ts";
import { logicalOrder, mainDirection } from "./logical-order.ts";

/**
 * Text of a page with right-to-left letters, from where its glyphs are. Lines keep the order in which the page draws
 * them, which is the reading order that its maker knew; within a line, what counts is what the eye sees.
 */
interface Line {
  readonly glyphs: Glyph[];
  left: number;
  right: number;
  readonly baseline: number;
  readonly height: number;
}

/** In shares of the glyphs' height. */
const SAME_BASELINE = 0.5;
const WORD_GAP = 0.12;
const COLUMN_GAP = 2;
/** Glyphs of one line differ in height by no more than this factor: a watermark is not part of the text it is under. */
const SAME_SIZE = 1.8;
/** How many lines back a glyph may belong: marks above the letters are often drawn last. */
const OPEN_LINES = 8;

/** The text of a page by the places of its glyphs. */
export function visualText(glyphs: readonly Glyph[]): string {
  const direction = mainDirection(glyphs.map(({ text }) => text));
  return toLines(glyphs)
    .map((line) => logicalOrder(withSpaces(line), direction).trim())
    .filter((text) => text !== "")
    .join("\n");
}

const isSpace = ({ text }: Glyph): boolean => text !== "" && text.trim() === "";

function toLines(glyphs: readonly Glyph[]): Line[] {
  const lines: Line[] = [];
  for (const glyph of glyphs) {
    if (isSpace(glyph)) {
      lines.at(-1)?.glyphs.push(glyph);
      continue;
    }
    const { left, right, baseline } = glyph;
    const height = Math.max(1, glyph.top - glyph.bottom);
    const line = lines.slice(-OPEN_LINES).findLast((line) => belongs(line, glyph, height));
    if (line) {
      line.glyphs.push(glyph);
      line.left = Math.min(line.left, left);
      line.right = Math.max(line.right, right);
    } else lines.push({ glyphs: [glyph], left, right, baseline, height });
  }
  return lines;
}

function belongs(line: Line, glyph: Glyph, height: number): boolean {
  const [small, large] = line.height < height ? [line.height, height] : [height, line.height];
  const gap = Math.max(glyph.left - line.right, line.left - glyph.right);
  return (
    Math.abs(line.baseline - glyph.baseline) <= SAME_BASELINE * small &&
    large <= SAME_SIZE * small &&
    gap <= COLUMN_GAP * height
  );
}

/** What the glyphs of a line stand for, from left to right, with the spaces that are drawn or left free. */
function withSpaces({ glyphs, height }: Line): string[] {
  const texts: string[] = [];
  let edge = Number.POSITIVE_INFINITY;
  for (const glyph of fromLeft(glyphs)) {
    const space = isSpace(glyph);
    if (MARK.test(glyph.text)) {
      texts.push(glyph.text);
      continue;
    }
    if ((space || glyph.left - edge > WORD_GAP * height) && texts.length > 0 && texts.at(-1) !== " ") texts.push(" ");
    if (space) continue;
    texts.push(glyph.text);
    edge = Number.isFinite(edge) ? Math.max(edge, glyph.right) : glyph.right;
  }
  return texts;
}

/** Hebrew and Arabic vowel points and other marks. */
const MARK = /^[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff]+$/;

/** A mark is left of the letter that it is drawn over: it is read after it. */
function fromLeft(glyphs: readonly Glyph[]): Glyph[] {
  const letters = glyphs.filter((glyph) => !MARK.test(glyph.text) && !isSpace(glyph)).sort((a, b) => a.left - b.left);
  const place = (glyph: Glyph): number => {
    if (!MARK.test(glyph.text)) return glyph.left;
    const center = (glyph.left + glyph.right) / 2;
    const under = letterUnder(letters, center);
    return under ? under.left - 0.01 : glyph.left;
  };
  return glyphs
    .map((glyph) => ({ glyph, place: place(glyph) }))
    .sort((a, b) => a.place - b.place || a.glyph.right - b.glyph.right)
    .map(({ glyph }) => glyph);
}

/** Letters that may overlap a place. */
const OVERLAPPING = 4;

/** @param letters from left to right */
function letterUnder(letters: readonly Glyph[], place: number): Glyph | undefined {
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((letters[middle]?.left ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return letters.slice(Math.max(0, low - OVERLAPPING), low).find((letter) => place <= letter.right);
}

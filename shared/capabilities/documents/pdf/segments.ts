import { CHARACTER_BYTES, type CharacterPlace, characterPlace } from "./character-place.ts";
import { LINE_END_HYPHEN } from "./hyphens.ts";
import { type Pdfium, withMemory } from "./pdfium.ts";

/** A part of a line: words that follow each other with no more than a space between them. */
export interface Segment {
  readonly text: string;
  /** Place in the order in which the page draws. */
  readonly order: number;
  /** Points along the line, and the place of its baseline: larger is further up. */
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  readonly height: number;
  /** The upper edge of its letters. */
  readonly top: number;
  /** The lower edge, of a cell of several lines. */
  readonly bottom?: number;
  /** Quarter turns by which the line is turned; undefined for any other angle. */
  readonly turns: number | undefined;
  readonly words: readonly Word[];
}

/** A word and where it is; see `Segment`. */
export interface Word {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  readonly height: number;
  readonly top: number;
  readonly turns: number | undefined;
}

/** Of the glyphs' height, which is a little more than the size of the font. */
const SAME_BASELINE = 0.35;
/** Wider gaps part cells; a space in justified text is hardly wider. */
const CELL_GAP = 1.1;

/**
 * The segments of a page in the order in which it draws them. Only the ends of words are measured: each measurement is a
 * call into PDFium.
 * @returns undefined where PDFium's characters are not those of its text, one by one
 */
export function readSegments(pdfium: Pdfium, textPage: number, text: string): Segment[] | undefined {
  const count = pdfium._FPDFText_CountChars(textPage);
  const characters = text.length === count ? text : [...text];
  if (characters.length !== count) return undefined;
  return withMemory(pdfium, CHARACTER_BYTES, (memory) => {
    const segments: Segment[] = [];
    let last: (Segment & { text: string; right: number; words: Word[] }) | undefined;
    for (let at = 0; at < count; ) {
      while (at < count && isBlank(characters[at] ?? "")) at++;
      const from = at;
      while (at < count && !isBlank(characters[at] ?? "")) {
        // What follows a hyphen at the end of a line is on the next one.
        if (characters[at++] === LINE_END_HYPHEN) break;
      }
      if (at === from) break;
      const written = typeof characters === "string" ? characters.slice(from, at) : characters.slice(from, at).join("");
      const word = wordOf(pdfium, textPage, { from, to: at - 1, text: written, memory, before: last ? last.turns : 0 });
      if (!word) continue;
      if (last && follows(last, word)) {
        last.text += ` ${word.text}`;
        last.right = Math.max(last.right, word.right);
        last.words.push(word);
      } else {
        last = { ...word, order: segments.length, words: [word] };
        segments.push(last);
      }
    }
    return segments;
  });
}

const isBlank = (character: string): boolean => character <= " " || character === "\u00a0" || character === "\u3000";

function follows(last: Segment, { left, baseline, height, turns }: Word): boolean {
  const small = Math.min(last.height, height);
  const gap = left - last.right;
  return (
    last.turns === turns &&
    Math.abs(last.baseline - baseline) <= SAME_BASELINE * small &&
    gap < CELL_GAP * small &&
    gap > -height
  );
}

interface Measured {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly memory: number;
  /** Turns of the word before. */
  readonly before: number | undefined;
}

function wordOf(pdfium: Pdfium, textPage: number, { from, to, text, memory, before }: Measured): Word | undefined {
  const first = characterPlace(pdfium, { textPage, index: from }, memory);
  const end = to === from ? first : characterPlace(pdfium, { textPage, index: to }, memory);
  if (!first || !end) return undefined;
  // The angle that PDFium returns ignores the form that a text is part of. A single letter goes with its neighbors.
  const turns = to === from ? before : turnsOf(end.x - first.x, end.y - first.y);
  const [a, b] = [turned(first, turns ?? 0), turned(end, turns ?? 0)];
  return {
    text,
    left: Math.min(a.left, b.left),
    right: Math.max(a.right, b.right),
    baseline: a.baseline,
    height: Math.max(1, a.top - a.bottom),
    top: a.top,
    turns,
  };
}

/** Of the longer side, by how much a line may lean and still count as straight. */
const STRAIGHT = 0.03;

function turnsOf(x: number, y: number): number | undefined {
  if (Math.abs(y) <= STRAIGHT * Math.abs(x)) return x >= 0 ? 0 : 2;
  return Math.abs(x) <= STRAIGHT * Math.abs(y) ? (y > 0 ? 1 : 3) : undefined;
}

/** A place as it would be if its line were not turned. */
function turned({ left, right, bottom, top, x, y }: CharacterPlace, turns: number) {
  switch (turns) {
    case 1:
      return { left: bottom, right: top, bottom: -right, top: -left, baseline: -x };
    case 2:
      return { left: -right, right: -left, bottom: -top, top: -bottom, baseline: -y };
    case 3:
      return { left: -top, right: -bottom, bottom: left, top: right, baseline: x };
    default:
      return { left, right, bottom, top, baseline: y };
  }
}

/**
 * From the order in which the eye sees characters to the order in which they are read: the inverse of UAX #9.
 *
 * @module
 */

const RIGHT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTER = /\p{L}/u;
const DIGIT = /^\p{Nd}$/u;

/** Where the reading of a line goes to. */
export type Direction = "left" | "right";

/** One side must have this many times more letters than the other to give a line its direction. */
const MAJORITY = 1.5;

/** The direction in which most letters of a page run. */
export function mainDirection(glyphs: readonly string[]): Direction {
  const { left, right } = count(glyphs);
  return right > left ? "right" : "left";
}

/**
 * @param glyphs of one line from left to right, each with the characters that it stands for
 * @param page the direction of a line that has about as many letters of either kind
 */
export function logicalOrder(glyphs: readonly string[], page: Direction): string {
  const { left, right } = count(glyphs);
  if (right === 0) return glyphs.join("");
  const base = right > MAJORITY * left ? "right" : left > MAJORITY * right ? "left" : page;
  const runs: { direction: Direction; glyphs: string[] }[] = [];
  const resolved = resolveNeutral(glyphs.map(directionOf), base);
  for (const [index, glyph] of glyphs.entries()) {
    const direction = resolved[index] ?? base;
    const run = runs.at(-1);
    if (run?.direction === direction) run.glyphs.push(glyph);
    else runs.push({ direction, glyphs: [glyph] });
  }
  const ordered = base === "right" ? runs.reverse() : runs;
  const texts = ordered.map(({ direction, glyphs }) => ({
    direction,
    text: direction === "right" ? glyphs.map(ligature).reverse().join("") : glyphs.join(""),
  }));
  const inside = INSIDE_OUT.test(texts.map(({ text }) => text).join(""));
  return texts.map(({ direction, text }) => (inside && direction === "right" ? mirrored(text) : text)).join("");
}

/** A line whose first bracket closes and is opened later. */
const INSIDE_OUT = /^[^([{]*[)\]}][^)\]}]*[([{]/;
const MIRROR: Readonly<Record<string, string>> = { "(": ")", ")": "(", "[": "]", "]": "[", "{": "}", "}": "{" };

/** Some programs write a bracket as it looks, others as it is meant, and PDFium takes all for the first. */
const mirrored = (text: string): string => text.replace(/[()[\]{}]/g, (bracket) => MIRROR[bracket] ?? bracket);

/** Digits do not determine the direction of a line. */
function count(glyphs: readonly string[]): Readonly<Record<Direction, number>> {
  const letters = glyphs.filter((glyph) => !DIGIT.test(glyph)).map(directionOf);
  const right = letters.filter((direction) => direction === "right").length;
  return { right, left: letters.filter((direction) => direction === "left").length };
}

function directionOf(glyph: string): Direction | "neutral" {
  if (DIGIT.test(glyph)) return "left";
  if (RIGHT.test(glyph)) return "right";
  return LETTER.test(glyph) ? "left" : "neutral";
}

/** Neutral characters go with their neighbours where those agree, else with the line (UAX #9, N1 and N2). */
function resolveNeutral(directions: readonly (Direction | "neutral")[], base: Direction): Direction[] {
  const resolved: Direction[] = [];
  const after = nextDirections(directions, base);
  for (const [index, own] of directions.entries()) {
    if (own !== "neutral") {
      resolved.push(own);
      continue;
    }
    // The neighbour before is resolved already, to the same that the whole run of neutral characters gets.
    const before = resolved.at(-1) ?? base;
    resolved.push(before === after[index] ? before : base);
  }
  return resolved;
}

/** The direction of the next character that has one, for each place. */
function nextDirections(directions: readonly (Direction | "neutral")[], base: Direction): Direction[] {
  const next: Direction[] = Array.from({ length: directions.length }, () => base);
  for (let index = directions.length - 1, last = base; index >= 0; index--) {
    const own = directions[index];
    if (own && own !== "neutral") last = own;
    next[index] = last;
  }
  return next;
}

/**
 * PDFium turns round the characters that a glyph's own mapping gives for it, a ligature or a whole word, but not those
 * into which it takes a presentation form apart.
 */
function ligature(glyph: string): string {
  return !RIGHT.test(glyph) || presentationForms().has(glyph) ? glyph : [...glyph].reverse().join("");
}

let forms: Set<string> | undefined;

function presentationForms(): Set<string> {
  forms ??= new Set(
    [[0xfb1d, 0xfdff] as const, [0xfe70, 0xfefc] as const].flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index).normalize("NFKC")),
    ),
  );
  return forms;
}

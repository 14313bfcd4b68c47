/** From the order in which the eye sees characters to the order in which they are read: the inverse of UAX #9. */

const RIGHT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTER = /\p{L}/u;
const DIGIT = /^\p{Nd}$/u;

type Direction = "left" | "right" | "neutral";

/** @param glyphs of one line from left to right, each with the characters that it stands for */
export function logicalOrder(glyphs: readonly string[]): string {
  const directions = glyphs.map(directionOf);
  const right = directions.filter((direction) => direction === "right").length;
  if (right === 0) return glyphs.join("");
  const left = glyphs.filter((glyph, index) => directions[index] === "left" && !DIGIT.test(glyph)).length;
  const base: Direction = right > left ? "right" : "left";
  const runs: { direction: Direction; glyphs: string[] }[] = [];
  const resolved = resolveNeutral(directions, base);
  for (const [index, glyph] of glyphs.entries()) {
    const direction = resolved[index] ?? base;
    const run = runs.at(-1);
    if (run?.direction === direction) run.glyphs.push(glyph);
    else runs.push({ direction, glyphs: [glyph] });
  }
  const texts = runs.map(({ direction, glyphs }) =>
    direction === "right" ? glyphs.map(ligature).reverse().join("") : glyphs.join(""),
  );
  return (base === "right" ? texts.reverse() : texts).join("");
}

function directionOf(glyph: string): Direction {
  if (DIGIT.test(glyph)) return "left";
  if (RIGHT.test(glyph)) return "right";
  return LETTER.test(glyph) ? "left" : "neutral";
}

/** Neutral characters go with their neighbours where those agree, else with the line (UAX #9, N1 and N2). */
function resolveNeutral(directions: readonly Direction[], base: Direction): Direction[] {
  const resolved = [...directions];
  let start = 0;
  while (start < resolved.length) {
    let end = start;
    while (resolved[end] === "neutral") end++;
    const before = resolved[start - 1] ?? base;
    if (end > start) resolved.fill(before === (resolved[end] ?? base) ? before : base, start, end);
    start = end + 1;
  }
  return resolved;
}

/**
 * PDFium turns round the characters that a glyph's own mapping gives for it, but not those into which it takes a
 * presentation form apart.
 */
function ligature(glyph: string): string {
  const characters = [...glyph];
  return characters.length < 2 || presentationForms().has(glyph) ? glyph : characters.reverse().join("");
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

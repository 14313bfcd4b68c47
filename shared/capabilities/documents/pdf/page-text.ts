import type { DocumentBlock } from "../../../../contracts/documents/structure.ts";
import { naturalShare } from "../text/natural-words.ts";
import { isMeaningless, judgeText, MOSTLY_NATURAL, type Quality } from "../text/quality.ts";
import { withoutControls } from "../text/tidy.ts";
import { readGlyphs } from "./glyphs.ts";
import { joinHyphenated, LINE_END_HYPHEN } from "./hyphens.ts";
import { type PagePlace, pageBlocks } from "./page-blocks.ts";
import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";
import { type ReadLine, readingOrder } from "./reading-order.ts";
import { type Rule, readRules } from "./rules.ts";
import { readSegments } from "./segments.ts";
import { visualText } from "./visual-lines.ts";

/** Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours, with presentation forms. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** The text layer of a page. */
export interface PageText {
  readonly text: string;
  /** Whether it makes sense; it does not where fonts do not map their glyphs to letters. */
  readonly quality: Quality;
  /** Undefined where positions are not used: right-to-left text, and text that is written downwards. */
  readonly blocks?: readonly DocumentBlock[];
}

/**
 * The text of a page. PDFium's own order and spacing where the page runs left to right; a page with right-to-left
 * letters is put together from where its glyphs are, because PDFium then turns whole runs round.
 */
export function pageText(pdfium: Pdfium, page: number): PageText {
  const textPage = pdfium._FPDFText_LoadPage(page);
  if (!textPage) return { text: "", quality: "good" };
  try {
    const drawn = contentOrder(pdfium, textPage);
    const text = joinHyphenated(drawn);
    // PDFium's fallback for letters without a mapping is right where their codes are those of ASCII.
    const isGuessed = isUnmapped(pdfium, textPage) && naturalShare(text) < MOSTLY_NATURAL;
    // A line has one mark of a hyphen at the most: a text with more of them has letters that are not characters.
    const quality = isGuessed || isMeaningless(drawn) ? "meaningless" : judgeText(text);
    if (quality === "meaningless") return { text: "", quality };
    if (RIGHT_TO_LEFT.test(text)) {
      return { text: withoutControls(visualText(readGlyphs(pdfium, textPage))), quality };
    }
    const lines = readLines(pdfium, { page, textPage }, drawn);
    const shown = lines?.isOther ? joinHyphenated(textOfLines(lines.lines)) : text;
    const blocks = lines && pageBlocks(lines.lines, placeOf(pdfium, page));
    return { text: withoutControls(shown), quality, ...(blocks && { blocks }) };
  } finally {
    pdfium._FPDFText_ClosePage(textPage);
  }
}

/** Characters examined, spread over the page. */
const SAMPLE = 400;
/** Share of characters that their font does not map, above which the text consists of numbers of glyphs. */
const MOST_UNMAPPED = 0.3;

function isUnmapped(pdfium: Pdfium, textPage: number): boolean {
  const count = pdfium._FPDFText_CountChars(textPage);
  const step = Math.max(1, Math.floor(count / SAMPLE));
  let [seen, unmapped] = [0, 0];
  for (let index = 0; index < count; index += step) {
    if (pdfium._FPDFText_IsGenerated(textPage, index) === 1) continue;
    seen++;
    if (pdfium._FPDFText_HasUnicodeMapError(textPage, index) === 1) unmapped++;
  }
  return unmapped > MOST_UNMAPPED * seen;
}

function contentOrder(pdfium: Pdfium, textPage: number): string {
  const count = pdfium._FPDFText_CountChars(textPage);
  if (count <= 0) return "";
  // Characters beyond the basic plane take two units each.
  const units = 2 * count + 1;
  return withMemory(pdfium, units * 2, (buffer) => {
    const written = pdfium._FPDFText_GetText(textPage, 0, units - 1, buffer);
    const bytes = new Uint8Array(viewOf(pdfium).buffer, buffer, Math.max(0, written - 1) * 2);
    return new TextDecoder("utf-16le").decode(bytes);
  });
}

/** Chinese, Japanese and Korean, which may be written downwards, letter by letter. */
const WIDE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー・、。]{1,2}$/u;
/** Share of single letters from which on text is written downwards, or apart. */
const MOST_SINGLE = 0.3;
/** Share of the lines that run in one direction where a page has an order. */
const MOSTLY = 0.7;
/** Segments of a page; drawings have more, and no order. */
const MOST_SEGMENTS = 20_000;

/**
 * The lines of a page in reading order, and whether that is another one than PDFium's own.
 * @returns undefined where PDFium's own order stands, and lines are not known
 */
function readLines(
  pdfium: Pdfium,
  { page, textPage }: { readonly page: number; readonly textPage: number },
  text: string,
): { readonly lines: readonly ReadLine[]; readonly isOther: boolean } | undefined {
  const segments = readSegments(pdfium, textPage, text);
  if (!segments || segments.length > MOST_SEGMENTS) return undefined;
  const single = segments.filter((segment) => segment.text.length === 1 || WIDE.test(segment.text)).length;
  const wide = segments.filter((segment) => WIDE.test(segment.text)).length;
  if (wide > 0 ? wide > MOST_SINGLE * MOST_SINGLE * segments.length : single > 2 * MOST_SINGLE * segments.length) {
    return undefined;
  }
  const turns = mostFrequent(segments.map((segment) => segment.turns));
  const main = segments.filter((segment) => segment.turns === turns);
  // Where lines run in several directions, each is taken in the page's own order.
  if (turns === undefined || main.length < MOSTLY * segments.length) return undefined;
  let rules: readonly Rule[] | undefined;
  const readOnce = (): readonly Rule[] => (rules ??= turns === 0 ? readRules(pdfium, page) : []);
  const ordered = readingOrder(main, readOnce);
  if (!ordered) return { lines: segments.map((segment) => ({ cells: [segment] })), isOther: false };
  // A note on the margin or a watermark is behind the text.
  const rest = segments.filter((segment) => segment.turns !== turns).map((segment) => ({ cells: [segment] }));
  return { lines: [...ordered, ...rest], isOther: true };
}

/** Lines that the page does not draw one after the other have hyphens that PDFium does not know to end a line. */
function textOfLines(lines: readonly ReadLine[]): string {
  const texts = lines.map(({ cells }) => cells.map((cell) => cell.text).join("\t"));
  return texts
    .map((line, at) => (isDivided(line, texts[at + 1] ?? "") ? `${line.slice(0, -1)}${LINE_END_HYPHEN}` : line))
    .join("\n");
}

/** Where places are counted from, unless the page is turned. */
function placeOf(pdfium: Pdfium, page: number): PagePlace | undefined {
  if (pdfium._FPDFPage_GetRotation(page) !== 0) return undefined;
  return withMemory(pdfium, 16, (memory) => {
    if (!pdfium._FPDF_GetPageBoundingBox(page, memory)) return undefined;
    const view = viewOf(pdfium);
    return { left: view.getFloat32(memory, true), top: view.getFloat32(memory + 4, true) };
  });
}

const isDivided = (line: string, next: string): boolean =>
  /\p{L}[-\u00ad]$/u.test(line) && /^\p{L}/u.test(next) && !line.includes("\t");

function mostFrequent(turns: readonly (number | undefined)[]): number | undefined {
  const counts = [0, 1, 2, 3].map((turn) => turns.filter((one) => one === turn).length);
  const most = Math.max(...counts);
  return most > 0 ? counts.indexOf(most) : undefined;
}

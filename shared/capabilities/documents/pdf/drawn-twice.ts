import type { Box, Placed } from "./page-objects.ts";
import { type Pdfium, textFrom } from "./pdfium.ts";

/** Of the height of a text, and in points, by which another one of the same place may be aside: bold letters are drawn so. */
const [ASIDE, MOST_ASIDE] = [0.1, 1];
/** Texts at one place that are compared. */
const MOST_TOGETHER = 8;
/** Pairs of a page, times its characters, that are compared. */
const MOST_WORK = 50_000_000;
/** Bytes of UTF-16 of a text that are compared. */
const MOST_BYTES = 512;

interface Written extends Box, Placed {
  /** Where its first letter stands on the page. */
  readonly origin: readonly [x: number, y: number];
}

/**
 * Texts that are drawn once more at their place, as shadows and bold letters are. PDFium leaves out one of them only where
 * they have the same font.
 */
export function drawnTwice<T extends Written>(pdfium: Pdfium, page: number, texts: readonly T[]): T[] {
  const pairs = pairsOf(texts);
  if (pairs.length === 0) return [];
  const textPage = pdfium._FPDFText_LoadPage(page);
  if (!textPage) return [];
  const written = ({ object }: Placed): string =>
    textFrom(pdfium, MOST_BYTES, (memory) => pdfium._FPDFTextObj_GetText(object, textPage, memory, MOST_BYTES)).trim();
  // Each text is looked for among all characters of the page.
  const most = Math.floor(MOST_WORK / Math.max(1, pdfium._FPDFText_CountChars(textPage)));
  try {
    return pairs.slice(0, most).flatMap(([first, second]) => {
      const text = written(first);
      return text !== "" && text === written(second) ? [first] : [];
    });
  } finally {
    pdfium._FPDFText_ClosePage(textPage);
  }
}

/** Each text with one that is drawn later at its place. */
function pairsOf<T extends Written>(texts: readonly T[]): (readonly [T, T])[] {
  const places = new Map<string, T[]>();
  const pairs: (readonly [T, T])[] = [];
  for (const text of texts) {
    const [x, y] = [Math.round(text.origin[0]), Math.round(text.origin[1])];
    const near = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].flatMap((dy) => places.get(`${x + dx} ${y + dy}`) ?? []));
    for (const other of near) if (isSamePlace(other, text)) pairs.push([other, text]);
    const key = `${x} ${y}`;
    const here = places.get(key);
    if (!here) places.set(key, [text]);
    else if (here.length < MOST_TOGETHER) here.push(text);
  }
  return pairs;
}

function isSamePlace(a: Written, b: Written): boolean {
  const most = Math.min(MOST_ASIDE, ASIDE * Math.min(a.top - a.bottom, b.top - b.bottom));
  return Math.abs(a.origin[0] - b.origin[0]) <= most && Math.abs(a.origin[1] - b.origin[1]) <= most;
}

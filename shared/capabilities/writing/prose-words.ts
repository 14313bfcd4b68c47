import { countWords } from "../llm/words.ts";
import { withoutMarkers } from "../markdown/source-markers.ts";

const FENCE = /^[^\S\n]*(?:```|~~~).*$/gm;
const LINK = /!?\[([^\][\n]*)\]\([^)\n]{0,2000}\)/g;
/** Signs at the start of a line: headings, quotes, items of lists. */
const LINE_SIGNS = /^[^\S\n]*(?:#{1,6}[^\S\n]+|>[^\S\n]?|[-*+][^\S\n]+|\d{1,3}[.)][^\S\n]+)+/gm;

/** A Markdown text as a reader sees it, without markers of sources. */
export const plainText = (markdown: string): string =>
  withoutMarkers(markdown.replace(FENCE, "").replace(LINK, "$1"))
    .replace(LINE_SIGNS, "")
    .replace(/[*_`~]/g, "");

/**
 * Words of a Markdown text: its signs and the markers of sources are none.
 * @param language ISO 639-1
 */
export const countProse = (markdown: string, language: string): number => countWords(plainText(markdown), language);

/**
 * Names of things: what is in quotation marks, and what is counted.
 *
 * @module
 */

import type { Named } from "./names.ts";

const QUOTED_TITLE =
  /(?:\b(?:titled|called|named|entitled|title|namens|genannt|heißt|mit dem (?:Titel|Namen))\s*:?\s*)?(?:"([^"\n]{2,120})"|“([^”\n]{2,120})”|„([^“”"\n]{2,120})[“”"])/giu;

/** Finds titles in quotation marks. */
export function quotedTitles(text: string): Named[] {
  return Array.from(text.matchAll(QUOTED_TITLE), (match): Named => {
    const title = match[1] ?? match[2] ?? match[3] ?? "";
    const start = match.index + match[0].lastIndexOf(title);
    return { start, end: start + title.length, text: title, score: /^["“„]/.test(match[0]) ? 0.5 : 0.85 };
  });
}

const ORDERED =
  /(?<!\p{L})(?:\d+|a|an|one|two|three|four|five|six|ein\p{L}*|zwei|drei|vier|fünf|sechs)\s*(?:x|×|units? of|pieces? of|pcs\.? of|stück)\s+(?:the\s+)?(?<name>[^,.;\n]{2,60}?)(?=\s+(?:by|for|to|at|until|bis|für|an|zu|und|and)\s|[,.;\n]|$)/giu;

/** "3 units of the handbook": what is counted. */
export const orderedThings = (text: string): Named[] =>
  Array.from(text.matchAll(ORDERED), (match): Named => {
    const name = match.groups?.name ?? "";
    const start = match.index + match[0].length - name.length;
    return { start, end: start + name.length, text: name, score: 0.6 };
  });

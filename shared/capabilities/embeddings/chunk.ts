/**
 * Splits a document's text into passages for search: along headings, paragraphs and sentences, never across a heading,
 * with a little overlap so that a sentence and what it refers to stay together.
 *
 * @module
 */

import { type Block, blocksOf } from "./blocks.ts";

/** A part of a document that is embedded and found on its own. */
export interface Passage {
  /** `text.slice(start, end)` of the document, unchanged. */
  readonly text: string;
  /** Offsets in UTF-16 code units, as JavaScript's strings count. */
  readonly start: number;
  readonly end: number;
  /** The heading it is under. */
  readonly heading: string | undefined;
}

/** Lengths of passages, in characters. */
export interface ChunkOptions {
  /** Most characters of a passage. Small embedding models read some 500 tokens, about 2,000 characters. */
  readonly maxCharacters?: number;
  /** Most characters that a passage repeats of the one before. */
  readonly overlapCharacters?: number;
}

const DEFAULT_MAX = 1_200;
const DEFAULT_OVERLAP = 150;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A sentence, or a piece of one that is too long. */
interface Unit extends Span {
  /** It starts a paragraph. */
  readonly opens: boolean;
  /** Where its paragraph ends. */
  readonly paragraphEnd: number;
}

// Sentence boundaries of Unicode (UAX #29) hardly differ between languages; the locale changes abbreviations only.
const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The span without white space at its ends. */
function trimmed(text: string, { start, end }: Span): Span {
  const part = text.slice(start, end);
  const from = start + (part.length - part.trimStart().length);
  return { start: from, end: Math.max(from, start + part.trimEnd().length) };
}

/** Cuts what is longer than a passage: behind the last space that fits, else between two characters. */
function cut(text: string, span: Span, max: number): Span[] {
  const pieces: Span[] = [];
  let { start } = span;
  while (span.end - start > max) {
    const window = text.slice(start, start + max);
    const space = window.search(/\s\S*$/);
    const end = start + (space > max / 2 ? space : lastGrapheme(window));
    pieces.push({ start, end });
    start = end;
  }
  return [...pieces, { start, end: span.end }];
}

/** Where the last character that fits wholly ends; a single one that does not fit is split. */
function lastGrapheme(window: string): number {
  const last = [...graphemes.segment(window.slice(-64))].at(-1);
  const length = last?.segment.length ?? 0;
  return window.length > length ? window.length - length : window.length;
}

function unitsOf(text: string, paragraph: Span, max: number): Unit[] {
  const units: Unit[] = [];
  for (const { index, segment } of sentences.segment(text.slice(paragraph.start, paragraph.end))) {
    const start = paragraph.start + index;
    for (const piece of cut(text, { start, end: start + segment.length }, max)) {
      const span = trimmed(text, piece);
      if (span.end > span.start) {
        units.push({ ...span, opens: units.length === 0, paragraphEnd: paragraph.end });
      }
    }
  }
  return units;
}

/** The units at the end of a passage that the next one repeats. */
function overlapOf(units: readonly Unit[], overlap: number): Unit[] {
  const end = units.at(-1)?.end ?? 0;
  const from = units.findIndex(({ start }) => end - start <= overlap);
  // All of a passage is not an overlap: the next would make no progress.
  return from <= 0 ? [] : units.slice(from);
}

/** Fills passages with a section's units, in order. */
function pack(units: readonly Unit[], max: number, overlap: number): Span[] {
  const passages: Span[] = [];
  let current: Unit[] = [];
  let fresh = 0;
  const length = (until: number) => until - (current[0]?.start ?? until);
  const close = () => {
    const [first] = current;
    const last = current.at(-1);
    if (first && last && fresh > 0) passages.push({ start: first.start, end: last.end });
  };
  for (const unit of units) {
    // A paragraph that does not fit starts a new passage, unless this one would stay less than half full.
    const breaksHere = unit.opens && fresh > 0 && length(unit.paragraphEnd) > max && length(unit.start) > max / 2;
    if (length(unit.end) > max || breaksHere) {
      close();
      const kept = unit.opens ? [] : overlapOf(current, Math.min(overlap, max - (unit.end - unit.start)));
      current = unit.end - (kept[0]?.start ?? unit.start) > max ? [] : kept;
      fresh = 0;
    }
    current.push(unit);
    fresh += 1;
  }
  close();
  return passages;
}

/**
 * The passages one after the other, so that who has enough of them can stop.
 * @param text the document's text; Markdown headings, numbered and underlined ones, short lines in capitals and form
 * feeds (page breaks) are seen as structure
 */
export function* passagesOf(
  text: string,
  { maxCharacters = DEFAULT_MAX, overlapCharacters = DEFAULT_OVERLAP }: ChunkOptions = {},
): Generator<Passage> {
  for (const { heading, blocks } of sectionsOf(text)) {
    const units = blocks.flatMap((block) => unitsOf(text, block, maxCharacters));
    for (const { start, end } of pack(units, maxCharacters, overlapCharacters)) {
      yield { text: text.slice(start, end), start, end, heading };
    }
  }
}

/** A heading, and what is under it up to the next one. */
function* sectionsOf(text: string): Generator<{ heading: string | undefined; blocks: readonly Block[] }> {
  let [heading, blocks]: [string | undefined, Block[]] = [undefined, []];
  for (const block of blocksOf(text)) {
    if (block.kind === "heading") {
      if (blocks.length > 0) yield { heading, blocks };
      [heading, blocks] = [block.title, []];
    }
    blocks.push(block);
  }
  if (blocks.length > 0) yield { heading, blocks };
}

/** All passages. */
export const chunkText = (text: string, options?: ChunkOptions): Passage[] => [...passagesOf(text, options)];

/**
 * A text that is there, in pieces that a model can write again with one answer each.
 *
 * @module
 */

import { splitSentences } from "../llm/sentences.ts";
import { countProse } from "./prose-words.ts";

/** A piece of a text under a heading. */
export interface Piece {
  /** Null where it continues under the heading before, or there is none. */
  readonly heading: string | null;
  readonly text: string;
}

/** A piece of a text with what is between it and the one before. */
export interface Chunk {
  readonly joint: string;
  readonly text: string;
}

const HEADING = /^ {0,3}#{1,6}\s+(.+?)\s*#*$/;

/** Splits at headings outside of code. */
function byHeadings(content: string): Piece[] {
  const pieces: { heading: string | null; lines: string[] }[] = [{ heading: null, lines: [] }];
  let isCode = false;
  for (const line of content.split(/\r?\n/)) {
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
    const heading = isCode ? undefined : HEADING.exec(line)?.[1];
    if (heading === undefined) pieces.at(-1)?.lines.push(line);
    else pieces.push({ heading, lines: [] });
  }
  return pieces
    .map(({ heading, lines }) => ({ heading, text: lines.join("\n").trim() }))
    .filter(({ heading, text }) => heading !== null || text !== "");
}

/** Paragraphs; one that is longer than a piece may be, sentence by sentence. */
function unitsOf(text: string, most: number, language: string): Chunk[] {
  return text.split(/\n{2,}/).flatMap((paragraph): Chunk[] => {
    const whole = { joint: "\n\n", text: paragraph.trim() };
    if (whole.text === "") return [];
    if (countProse(paragraph, language) <= most) return [whole];
    let from = 0;
    return splitSentences(paragraph, language).map(({ end }, index) => {
      const unit = { joint: index === 0 ? "\n\n" : " ", text: paragraph.slice(from, end).trim() };
      from = end;
      return unit;
    });
  });
}

/**
 * Splits a text into pieces, between paragraphs where it can.
 * @param most words of a piece; a single sentence may have more
 */
export function inChunks(text: string, most: number, language: string): Chunk[] {
  const chunks: Chunk[] = [];
  let words = 0;
  for (const unit of unitsOf(text, most, language)) {
    const own = countProse(unit.text, language);
    const last = chunks.at(-1);
    if (last && words + own <= most) {
      chunks.splice(-1, 1, { ...last, text: last.text + unit.joint + unit.text });
      words += own;
    } else {
      chunks.push({ joint: last ? unit.joint : "", text: unit.text });
      words = own;
    }
  }
  return chunks;
}

/**
 * Splits a Markdown text at its headings, and what is longer than an answer as {@link inChunks}.
 * @param most words of a piece
 */
export const splitContent = (content: string, most: number, language: string): Piece[] =>
  byHeadings(content).flatMap(({ heading, text }) => {
    const chunks = inChunks(text, most, language);
    if (chunks.length === 0) return [{ heading, text: "" }];
    return chunks.map((chunk, index) => ({ heading: index === 0 ? heading : null, text: chunk.text }));
  });

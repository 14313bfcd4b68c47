/**
 * Contradictions between the chapters of a book: numbers, titles, references, sources, names and dates.
 *
 * @module
 */

import type { Chapter, Source } from "../../../contracts/tasks/book-fields.ts";
import type { ConsistencyCode } from "../../../contracts/tasks/validation.ts";
import { unknownSources } from "../export/book/source-marks.ts";
import { parseMarkdown } from "../markdown/parse-markdown.ts";
import { type Place, placesIn } from "../markdown/place.ts";
import { visibleBlocks } from "../markdown/visible-text.ts";
import { findDates } from "./dates-of-lives.ts";
import { excerptOf } from "./finding.ts";
import { findNameVariants } from "./name-variants.ts";
import type { ReadChapter, Spot } from "./spot.ts";

/** A contradiction. */
export interface Inconsistency {
  readonly code: ConsistencyCode;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Which chapter, counted from 1; null for the whole book. */
  readonly chapter: number | null;
  readonly place: Place | null;
  readonly excerpt: string;
}

/** What may be intended: a person has to decide. */
const warnings: ReadonlySet<ConsistencyCode> = new Set(["uncited_source", "name_variant"] as const);
const severityOf = (code: ConsistencyCode): Inconsistency["severity"] => (warnings.has(code) ? "warning" : "error");

const CHAPTER_REFERENCE = /(?<![\p{L}\p{N}])(?:chapter|kapitel)\s+(\d{1,3})(?![\p{N}.]\d)/giu;

/** Compares numbers, titles, references, sources, names and dates of chapters. @throws MarkdownTooComplexError */
export function findInconsistencies(chapters: readonly Chapter[], sources: readonly Source[]): Inconsistency[] {
  const read = chapters.map(({ content }): ReadChapter & { root: ReturnType<typeof parseMarkdown> } => {
    const root = parseMarkdown(content);
    return { root, blocks: visibleBlocks(root, content), placeOf: placesIn(content) };
  });
  const spots = [...findReferences(chapters, read), ...findNameVariants(read), ...findDates(read)];
  const unknown = read.flatMap(({ root }, index) => {
    const marks = unknownSources([root], sources.length);
    if (marks.length === 0) return [];
    const message = `No source stands behind ${marks.map((mark) => `[${mark}]`).join(", ")}.`;
    return [whole("unknown_source", message, index + 1)];
  });
  return [
    ...numbersOf(chapters),
    ...titlesOf(chapters),
    ...unknown,
    ...uncited(read, sources.length),
    ...spots.map(({ code, message, chapter, block, index, length }) => ({
      code,
      severity: severityOf(code),
      message,
      chapter: chapter + 1,
      place: read[chapter]?.placeOf(block.sourceOf(index)) ?? null,
      excerpt: excerptOf(block.text.slice(Math.max(0, index - 20), index + length + 20)),
    })),
  ];
}

const whole = (code: ConsistencyCode, message: string, chapter: number | null = null): Inconsistency => ({
  ...{ code, severity: severityOf(code), message, chapter },
  ...{ place: null, excerpt: "" },
});

/** Numbers rise by one; chapters without one, such as an introduction, may be anywhere. */
function numbersOf(chapters: readonly Chapter[]): Inconsistency[] {
  const found: Inconsistency[] = [];
  let before: number | undefined;
  for (const [index, { number }] of chapters.entries()) {
    if (number === null || number === undefined) continue;
    if (before === undefined && number > 1) {
      found.push(whole("numbering", `The first number is ${number}, not 1.`, index + 1));
    }
    if (before !== undefined && number !== before + 1) {
      found.push(whole("numbering", `Number ${number} follows number ${before}.`, index + 1));
    }
    before = number;
  }
  return found;
}

function titlesOf(chapters: readonly Chapter[]): Inconsistency[] {
  const first = new Map<string, number>();
  return chapters.flatMap(({ title }, index) => {
    const key =
      title
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu)
        ?.join(" ") ?? title;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, index + 1);
      return [];
    }
    return [whole("duplicate_title", `The title is that of chapter ${before}, too.`, index + 1)];
  });
}

function findReferences(chapters: readonly Chapter[], read: readonly ReadChapter[]): Spot[] {
  const numbers = new Set(chapters.map(({ number }) => number));
  if (![...numbers].some((number) => typeof number === "number")) return [];
  return read.flatMap(({ blocks }, chapter) =>
    blocks.flatMap((block) =>
      [...block.text.matchAll(CHAPTER_REFERENCE)]
        .filter(([, number]) => block.kind === "paragraph" && !numbers.has(Number(number)))
        .map((match): Spot => {
          const message = `There is no chapter ${match[1]}.`;
          return { code: "unknown_chapter", message, chapter, block, index: match.index, length: match[0].length };
        }),
    ),
  );
}

/** Sources that no mark names, where any mark is used. */
function uncited(read: readonly ReadChapter[], count: number): Inconsistency[] {
  const cited = new Set<number>();
  for (const { blocks } of read) {
    for (const { text } of blocks) {
      for (const [, marks = ""] of text.matchAll(/\[(\d{1,4}(?:[,;] ?\d{1,4})*)\]/g)) {
        for (const mark of marks.split(/[,;] ?/)) cited.add(Number(mark));
      }
    }
  }
  if (cited.size === 0) return [];
  const left = Array.from({ length: count }, (_, index) => index + 1).filter((number) => !cited.has(number));
  if (left.length === 0) return [];
  return [
    whole(
      "uncited_source",
      `No chapter names source ${left
        .slice(0, 20)
        .map((n) => `[${n}]`)
        .join(", ")}.`,
    ),
  ];
}

/**
 * The quality of a text as far as rules can measure it.
 *
 * @module
 */

import { languageOfText } from "../llm/text-language.ts";
import { countWords } from "../llm/words.ts";
import { parseMarkdown } from "../markdown/parse-markdown.ts";
import { type Place, placesIn } from "../markdown/place.ts";
import { withoutMarkers } from "../markdown/source-markers.ts";
import { visibleBlocks } from "../markdown/visible-text.ts";
import { type Readability, readability } from "../readability/readability.ts";
import { findBrokenMarkdown } from "./broken-markdown.ts";
import { type Finding, isFree, rules, scoreOf } from "./finding.ts";
import { findPlaceholders } from "./placeholders.ts";
import { findQuotes } from "./quotes.ts";
import { findRepetitions, sentencesOf, wordsOf } from "./repetition.ts";
import { findStructure } from "./structure.ts";

/** A finding with its place. */
export interface PlacedFinding extends Omit<Finding, "offset"> {
  readonly severity: "error" | "warning";
  readonly place: Place;
}

/** The report about a text. */
export interface ContentQuality {
  readonly is_valid: boolean;
  readonly score: number;
  readonly language: string;
  readonly findings: readonly PlacedFinding[];
  readonly left_off: number;
  readonly readability: readonly Readability[];
  readonly word_count: number;
  readonly sentence_count: number;
  readonly paragraph_count: number;
  readonly heading_count: number;
}

/** Findings that a result lists. */
const MOST_LISTED = 200;
/** Below this value of the first formula a text is "very difficult" in Flesch's own table. */
const HARD = 30;

/** Looks through a text. @throws MarkdownTooComplexError */
export function contentQuality(content: string, given: string): ContentQuality {
  const root = parseMarkdown(content);
  const blocks = visibleBlocks(root, content);
  const prose = blocks.filter(({ kind }) => kind !== "code");
  const text = prose.map((block) => block.text).join("\n\n");
  const language = languageOfText(given, text);
  const sentences = sentencesOf(blocks, language);
  const placeOf = placesIn(content);
  const read = readability(
    { sentences: sentences.length, words: sentences.flatMap((sentence) => wordsOf(sentence.text)) },
    language,
  );
  const findings = [
    ...findPlaceholders(blocks),
    ...findBrokenMarkdown({ source: content, root, blocks }),
    ...findStructure(blocks, sentences),
    ...findRepetitions(sentences, (offset) => placeOf(offset).line),
    ...findQuotes(blocks),
    ...hardToRead(read),
  ].sort((a, b) => a.offset - b.offset);
  const placed = findings.slice(0, MOST_LISTED).map(
    ({ offset, ...finding }): PlacedFinding => ({
      ...finding,
      severity: rules[finding.code].isError ? "error" : "warning",
      place: placeOf(offset),
    }),
  );
  return {
    is_valid: isFree(findings),
    score: scoreOf(findings),
    language,
    findings: placed,
    left_off: findings.length - placed.length,
    readability: read,
    word_count: countWords(withoutMarkers(blocks.map((block) => block.text).join("\n\n")), language),
    sentence_count: sentences.length,
    paragraph_count: blocks.filter(({ kind }) => kind === "paragraph").length,
    heading_count: blocks.filter(({ kind }) => kind === "heading").length,
  };
}

function hardToRead(read: readonly Readability[]): Finding[] {
  const [main] = read;
  if (!main || main.value >= HARD) return [];
  const message = `The text is hard to read: ${main.formula} ${main.value}, below ${HARD}.`;
  return [{ code: "hard_to_read", message, offset: 0, excerpt: "" }];
}

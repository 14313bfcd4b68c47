import type { VisibleBlock } from "../markdown/visible-text.ts";
import { excerptOf, type Finding } from "./finding.ts";
import type { PlacedSentence } from "./repetition.ts";
import { wordsOf } from "./repetition.ts";

/** A sentence or paragraph of more words is hard to follow. */
const LONG_SENTENCE = 45;
const LONG_PARAGRAPH = 300;
/** A text of more words wants headings. */
const LONG_TEXT = 1_500;

/** Headings that skip a level or have nothing below them, and parts that are too long. */
export function findStructure(blocks: readonly VisibleBlock[], sentences: readonly PlacedSentence[]): Finding[] {
  const findings: Finding[] = [];
  const headings = blocks.filter(({ kind }) => kind === "heading");
  let before: VisibleBlock | undefined;
  for (const [index, block] of blocks.entries()) {
    if (block.kind !== "heading") continue;
    const depth = block.depth ?? 1;
    const place = { offset: block.offset, excerpt: excerptOf(block.text) };
    if (before?.depth !== undefined && depth > before.depth + 1) {
      const message = `A heading of level ${depth} follows one of level ${before.depth}.`;
      findings.push({ code: "heading_jump", message, ...place });
    }
    const next = blocks[index + 1];
    if (!next || (next.kind === "heading" && (next.depth ?? 1) <= depth)) {
      findings.push({ code: "empty_section", message: "Nothing stands below this heading.", ...place });
    }
    before = block;
  }
  const paragraphs = blocks.filter(({ kind }) => kind === "paragraph");
  for (const { text, offset } of paragraphs) {
    const words = wordsOf(text).length;
    if (words <= LONG_PARAGRAPH) continue;
    findings.push({
      code: "long_paragraph",
      message: `This paragraph has ${words} words.`,
      offset,
      excerpt: excerptOf(text),
    });
  }
  for (const { text, offset, words } of sentences) {
    if (words <= LONG_SENTENCE) continue;
    findings.push({
      code: "long_sentence",
      message: `This sentence has ${words} words.`,
      offset,
      excerpt: excerptOf(text),
    });
  }
  const all = paragraphs.reduce((sum, { text }) => sum + wordsOf(text).length, 0);
  if (headings.length === 0 && all > LONG_TEXT) {
    findings.push({ code: "no_headings", message: `A text of ${all} words has no heading.`, offset: 0, excerpt: "" });
  }
  return findings;
}

/**
 * What is left of a draft: places to be filled in, and words of the machine that wrote it.
 *
 * @module
 */

import type { VisibleBlock } from "../markdown/visible-text.ts";
import { excerptOf, type Finding } from "./finding.ts";

/** First words of `[...]` that ask for something. Editors' own brackets, as in `[sic]` or `[the lake]`, are others. */
const asked =
  `insert|add|fill in|your|todo|tbd|tbc|tk|placeholder|name|full name|first name|last name|date|year|place|city|town|country|
company|title|author|number|address|email|phone|topic|source needed|citation needed|source|link|url|image|example|
einfügen|ergänzen|eintragen|hier|ihr|ihre|ihren|dein|deine|platzhalter|vorname|nachname|datum|jahr|ort|stadt|land|firma|titel|autor|
zahl|nummer|adresse|telefon|thema|quelle|quelle fehlt|bild|beispiel`.replaceAll("\n", "");

const places: readonly RegExp[] = [
  /(?<![\p{L}\p{N}_])(?:TODO|FIXME|TBD|TBC|TKTK)(?![\p{L}\p{N}_])/gu,
  /X{4,}(?![\p{L}])/gu,
  /\blorem\s+ipsum\b(?:\s+dolor\s+sit\s+amet\b)?/giu,
  new RegExp(`\\[(?:${asked})(?![\\p{L}-])[^\\]\\n]{0,80}\\](?!\\()`, "giu"),
  /\[[\p{Lu}][\p{Lu}_ ]{2,40}\](?!\()/gu,
  /\{\{[^{}\n]{1,80}\}\}|<<[^<>\n]{1,80}>>|%[A-Z_]{3,40}%|\$\{[^{}\n]{1,80}\}/gu,
  /(?<!_)_{3,}(?!_)/gu,
  /(?<!\?)\?{3,}(?!\?)/gu,
];

const talk: readonly RegExp[] = [
  /\bas an? (?:ai|large)(?: language)? (?:language )?model\b/giu,
  /^(?:certainly|sure|of course|absolutely)[!,.] (?:here(?:'|’)?s|here is|here are|below is)\b/giu,
  /^here(?:'|’)?s (?:the|a|your) (?:revised|rewritten|updated|requested) (?:chapter|text|version|article)\b/giu,
  /\bi (?:hope this helps|cannot fulfill|can(?:'|’)t assist)\b/giu,
  /\blet me know if you(?:'|’)d like\b/giu,
  /\bals (?:ki|ai|künstliche intelligenz)(?:-?(?:sprach)?modell)?[ ,]+(?:kann|habe|bin|ist|darf) /giu,
  /^(?:gerne|natürlich|selbstverständlich)[!,.] (?:hier (?:ist|sind|kommt)|im folgenden)/giu,
  /\b(?:sag|sagen sie|lass) (?:mir|es mich)(?: bitte)?(?: Bescheid| wissen),? (?:wenn|falls)/giu,
];

/** Looks through blocks, without code. */
export function findPlaceholders(blocks: readonly VisibleBlock[]): Finding[] {
  return blocks
    .filter(({ kind }) => kind !== "code")
    .flatMap((block) => [
      ...search(block, places, { code: "placeholder", message: "A place that is to be filled in." }),
      ...search(block, talk, { code: "machine_talk", message: "Words of a language model about its answer." }),
    ]);
}

function search(
  block: VisibleBlock,
  patterns: readonly RegExp[],
  finding: Pick<Finding, "code" | "message">,
): Finding[] {
  const found = patterns
    .flatMap((pattern) => [...block.text.matchAll(pattern)])
    .filter(({ index }) => !block.isCode(index));
  const taken: number[] = [];
  return found
    .sort((a, b) => a.index - b.index)
    .filter((match) => {
      const isInside = taken.some((end) => match.index < end);
      taken.push(match.index + match[0].length);
      return !isInside;
    })
    .map((match) => ({ ...finding, offset: block.sourceOf(match.index), excerpt: excerptOf(match[0]) }));
}

/**
 * Sentences of a text: Unicode's boundaries (UAX #29, through Intl.Segmenter), less the false ones behind abbreviations
 * (CLDR's sentence break suppressions, which Intl.Segmenter does not offer), initials and German ordinals.
 *
 * @module
 */

import german from "cldr-segments-full/segments/de/suppressions.json" with { type: "json" };
import english from "cldr-segments-full/segments/en/suppressions.json" with { type: "json" };
import { findLanguage } from "./embedded/languages.ts";
import { type Block, splitBlocks } from "./text-blocks.ts";

/** A sentence with its place in the text. */
export interface Sentence {
  /** Without line breaks inside. */
  readonly text: string;
  /** Offsets into the text that was split; `end` is exclusive and before trailing space. */
  readonly start: number;
  readonly end: number;
  /** The block (paragraph, heading, list item) it is in. */
  readonly block: number;
  readonly kind: Block["kind"];
}

const suppressionsOf = (data: typeof german | typeof english): string[] =>
  data.segments.segmentations.SentenceBreak.standard.map((entry) => entry.suppression);

/** Abbreviations that are before what they belong to, so that they never end a sentence. CLDR lacks some of them. */
const introducing: Record<string, ReadonlySet<string>> = {
  en: new Set(
    "Dr. Mr. Mrs. Ms. Prof. Rev. Gen. Sen. Rep. Gov. Capt. Col. Sgt. Lt. St. e.g. i.e. cf. vs. approx. No. Fig. Vol.".split(
      " ",
    ),
  ),
  de: new Set(
    "Dr. Prof. Hr. Hrn. Fr. Dipl.-Ing. z.B. d.h. vgl. Vgl. bzw. ca. Nr. Abb. sog. mind. max. inkl. Tel.".split(" "),
  ),
};

/** Abbreviations that may also end a sentence, such as "U.S.", "etc." and "usw.". */
const abbreviations: Record<string, ReadonlySet<string>> = {
  en: new Set([...suppressionsOf(english), "al.", "Jr.", "Sr.", "ext.", "incl.", "est."]),
  de: new Set([...suppressionsOf(german), "u.a.", "evtl.", "Str."]),
};

/** Characters before a break that are examined to classify it. */
const LOOK_BACK = 80;
const LAST_TOKEN = /(\S+)\s*$/u;
const FIRST_WORD = /^[\p{Ps}\p{Pi}"']*(\p{L}[\p{L}\p{M}]*)/u;

/** Whether a capitalized function word opens the text, which almost only happens at the start of a sentence. */
function opensSentence(text: string, language: string): boolean {
  const word = FIRST_WORD.exec(text)?.[1];
  if (!word || !/^\p{Lu}/u.test(word)) return false;
  return findLanguage(language)?.isStopWord(word.toLowerCase()) ?? false;
}

/** Whether the break that Unicode sees between two pieces is none. */
function isFalseBreak(before: string, after: string, language: string): boolean {
  const token = LAST_TOKEN.exec(before)?.[1]?.replace(/^[\p{Ps}\p{Pi}"']+/u, "") ?? "";
  if (/^\p{Ll}/u.test(after)) return true;
  if (!token.endsWith(".")) return false;
  // A list number, or a German ordinal ("am 3. Mai"), which unlike a number at the end no function word follows.
  if (/^\d{1,3}\.$/.test(token)) {
    return before.trim() === token || (language === "de" && /^\p{Lu}/u.test(after) && !opensSentence(after, language));
  }
  // Initials ("J. Smith", "z. B."), but not "plan B.", where a lower-case word is before.
  if (/^\p{L}\.$/u.test(token)) {
    const previous = LAST_TOKEN.exec(before.slice(0, before.lastIndexOf(token)))?.[1] ?? "";
    if (/^\p{Ll}/u.test(token) || !previous || /^\p{Lu}|\.$/u.test(previous)) return !opensSentence(after, language);
    return false;
  }
  if (introducing[language]?.has(token)) return true;
  return (abbreviations[language]?.has(token) ?? false) && !opensSentence(after, language);
}

/** What may end a sentence ([UAX #29] STerm, ATerm, and NEL of ParaSep). */
export const SENTENCE_END = /[\p{Sentence_Terminal}\u2024\ufe52\uff0e\u0085]/u;

const segmenters = new Map<string, Intl.Segmenter>();

function sentenceSegmenter(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known) return known;
  const made = new Intl.Segmenter(language, { granularity: "sentence" });
  segmenters.set(language, made);
  return made;
}

function* sentencesOf(block: Block, index: number, language: string): Generator<Sentence> {
  // Line breaks end a sentence for Unicode; within a paragraph they are only layout.
  const flat = block.text.replace(/\s/g, " ");
  const sentence = (from: number, to: number): Sentence | undefined => {
    const piece = flat.slice(from, to);
    const text = piece.trim();
    if (!text) return undefined;
    const start = block.start + from + piece.length - piece.trimStart().length;
    return { text: text.replace(/ +/g, " "), start, end: start + text.length, block: index, kind: block.kind };
  };
  let from = 0;
  // Each use of a segmenter copies one of ICU: not for the many headings, cells and items without an end.
  const segments = SENTENCE_END.test(flat) ? sentenceSegmenter(language).segment(flat) : [];
  for (const { segment, index: at } of segments) {
    // Looking back only so far keeps the cost of endless sentences linear.
    if (at === 0 || isFalseBreak(flat.slice(Math.max(from, at - LOOK_BACK), at), segment, language)) continue;
    const found = sentence(from, at);
    if (found) yield found;
    from = at;
  }
  const last = sentence(from, flat.length);
  if (last) yield last;
}

/**
 * Splits a text into sentences, in order.
 * @param language ISO 639-1; abbreviations are known for en and de
 */
export function splitSentences(text: string, language: string): Sentence[] {
  return splitBlocks(text).flatMap((block, index) => [...sentencesOf(block, index, language)]);
}

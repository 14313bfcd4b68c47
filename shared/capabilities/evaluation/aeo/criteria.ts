/**
 * The criteria by which a page is scored for answer engines. docs/evaluation.md says the same in words.
 *
 * @module
 */

import type { Aeo } from "../../../../contracts/tasks/evaluation.ts";
import { type EmbeddedLanguage, findLanguage } from "../../llm/embedded/languages.ts";
import { namesIn } from "../../writing/facts/names.ts";
import { numbersIn } from "../../writing/facts/numbers.ts";
import { wordsOf } from "../ai-content/sample.ts";
import { readabilityOf } from "../readability.ts";
import type { Page } from "./page.ts";

/** What a criterion examines. */
export interface Scored {
  readonly page: Page;
  /** Without headings and code. */
  readonly prose: string;
  readonly words: readonly string[];
  readonly question: string | undefined;
  readonly language: EmbeddedLanguage;
}

type Found = Omit<Aeo["criteria"][number], "name">;
type Criterion = (scored: Scored) => Found;

/** @param share of what is wanted, 0 to 1 and more */
const found = (share: number, evidence: string, advice: string): Found => {
  const score = Math.round(100 * Math.max(0, Math.min(1, share)));
  return { score, evidence, advice: score >= 100 ? null : advice };
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
const stemsOf = (words: readonly string[], language: EmbeddedLanguage): Set<string> => {
  const known = findLanguage(language);
  return new Set(words.filter((word) => !known?.isStopWord(word)).map((word) => known?.stem(word) ?? word));
};

/** Openings that put the answer off. */
const PUTS_OFF: Readonly<Record<EmbeddedLanguage, RegExp>> = {
  en: /^(?:in this (?:article|post|guide)|welcome to|have you ever|in today['’]s|in recent years|let['’]s|are you|imagine)/i,
  de: /^(?:in diesem (?:artikel|beitrag|text)|willkommen|haben sie (?:schon|sich)|in der heutigen|in den letzten jahren|stellen sie sich|kennen sie)/i,
};
const ANSWER_WORDS = { least: 8, most: 60 };

/** The first paragraph is short, begins with the matter, and has the question's words. */
function directAnswer({ page, question, language }: Scored): Found {
  const first = page.blocks.find(({ kind }) => kind === "paragraph")?.text ?? "";
  const words = wordsOf(first);
  const isShort = words.length >= ANSWER_WORDS.least && words.length <= ANSWER_WORDS.most;
  const putsOff = PUTS_OFF[language].test(first.trim()) || first.trim().endsWith("?");
  const asked = stemsOf(wordsOf(question ?? ""), language);
  const answered = stemsOf(words, language);
  const met = [...asked].filter((stem) => answered.has(stem)).length;
  const parts = [isShort, words.length > 0 && !putsOff, ...(asked.size > 0 ? [met / asked.size >= 0.5] : [])];
  const evidence =
    `The first paragraph has ${plural(words.length, "word")}${putsOff ? " and puts the answer off" : ""}` +
    (asked.size > 0 ? `; it has ${met} of the ${asked.size} telling words of the question.` : ".");
  return found(
    parts.filter(Boolean).length / parts.length,
    evidence,
    `Begin with the answer, in a paragraph of ${ANSWER_WORDS.least} to ${ANSWER_WORDS.most} words${asked.size > 0 ? " that takes up the words of the question" : ""}.`,
  );
}

const ASKS: Readonly<Record<EmbeddedLanguage, RegExp>> = {
  en: /\?\s*$|^(?:how|what|why|when|where|who|which|can|does|do|is|are|should)\b/i,
  de: /\?\s*$|^(?:wie|was|warum|wann|wo|wer|welche[rsnm]?|wieso|woher|wohin|kann|darf|muss|soll|ist|sind)\b/iu,
};
const WANTED_QUESTIONS = 0.5;

/** Half of the headings below the title ask what a reader would ask. */
function questionHeadings({ page, language }: Scored): Found {
  const headings = page.blocks.filter(({ kind, level = 1 }) => kind === "heading" && level > 1);
  const asking = headings.filter(({ text }) => ASKS[language].test(text.trim())).length;
  return found(
    headings.length === 0 ? 0 : asking / headings.length / WANTED_QUESTIONS,
    `${asking} of ${plural(headings.length, "heading")} below the title ask a question.`,
    "Write headings as the questions that readers ask; at least half of them.",
  );
}

/** One list or table for each 400 words. */
function listsAndTables({ page, words }: Scored): Found {
  const wanted = Math.max(1, words.length / 400);
  return found(
    (page.lists + page.tables) / wanted,
    `${plural(page.lists, "list")} and ${plural(page.tables, "table")} in ${plural(words.length, "word")}.`,
    "Put steps and enumerations into lists, and comparisons into tables: about one for each 400 words.",
  );
}

const ANSWER_TYPES: ReadonlySet<string> = new Set("FAQPage QAPage HowTo Question Answer Recipe".split(" "));

/** A type of schema.org, best one that is made for answers. */
function structuredData({ page }: Scored): Found {
  const types = [...new Set(page.schemaTypes)];
  const answers = types.filter((type) => ANSWER_TYPES.has(type));
  const share = (answers.length > 0 ? 1 : types.length > 0 ? 0.6 : 0) - (page.brokenData > 0 ? 0.3 : 0);
  const broken = page.brokenData > 0 ? ` ${plural(page.brokenData, "script")} of JSON-LD cannot be read.` : "";
  return found(
    share,
    `${types.length > 0 ? `Types of schema.org: ${types.slice(0, 8).join(", ")}.` : "No structured data."}${broken}`,
    "Add JSON-LD of schema.org: FAQPage or HowTo for answers, Article for the rest." +
      (page.format === "markdown" ? " In Markdown, as a script element or where the page is made of it." : ""),
  );
}

/** Two names and one number for each 100 words. */
function entities({ prose, words, language }: Scored): Found {
  // Finding names takes quadratic time in the length of a word.
  const names = namesIn(prose.replace(/\S{60,}/g, " "), language).length;
  const numbers = numbersIn(prose).length;
  const hundreds = Math.max(1, words.length / 100);
  return found(
    0.6 * Math.min(1, names / hundreds / 2) + 0.4 * Math.min(1, numbers / hundreds),
    `${plural(names, "name")} and ${plural(numbers, "number")} in ${plural(words.length, "word")}, each counted once.`,
    "Name people, places, products and figures instead of speaking in general: two names and a number for each 100 words.",
  );
}

const CITES: Readonly<Record<EmbeddedLanguage, RegExp>> = {
  en: /\baccording to\b|\bas reported by\b|\bstud(?:y|ies) (?:by|from|of)\b|\bsource:|\[\d{1,3}\]/giu,
  de: /\blaut\b|\bzufolge\b|\bstudien? (?:von|der|des)\b|\bquelle:|\bnach angaben\b|\[\d{1,3}\]/giu,
};

/** A source for each 200 words: links to other sites, marks of notes, named sources, quotations. */
function sources({ page, prose, words, language }: Scored): Found {
  const links = new Set(page.links).size;
  const cited = prose.match(CITES[language])?.length ?? 0;
  const wanted = Math.max(1, words.length / 200);
  return found(
    (links + cited + page.quotations) / wanted,
    `${plural(links, "link")} to other sites, ${plural(cited, "named source")}, ${plural(page.quotations, "quotation")}.`,
    "Say where facts come from, with a link or a name: about one source for each 200 words.",
  );
}

const DATE_IN_TEXT =
  /\b(?:19|20)\d{2}-\d{2}-\d{2}\b|\b\d{1,2}\.\s?(?:\d{1,2}\.|\p{L}+)\s?(?:19|20)\d{2}\b|\b(?:\d{1,2}\s)?(?:January|February|March|April|May|June|July|August|September|October|November|December)\s(?:\d{1,2},\s)?(?:19|20)\d{2}\b/gu;

/** A date that is marked up; one in the text counts half. */
function dates({ page, prose }: Scored): Found {
  const written = prose.match(DATE_IN_TEXT) ?? [];
  const marked = page.markedDates.length;
  const first = page.markedDates[0] ?? written[0];
  return found(
    marked > 0 ? 1 : written.length > 0 ? 0.5 : 0,
    `${plural(marked, "date")} in markup, ${written.length} in the text${first === undefined ? "" : `, such as ${first.slice(0, 40)}`}.`,
    "Say when the page was published or last changed, where machines read it: dateModified in JSON-LD, a time element, or front matter.",
  );
}

const EASE = { hard: 20, easy: 60 };
const LONG_SENTENCE = { good: 18, bad: 35 };
const MOST_WORDS_IN_PARAGRAPH = 120;

/** Flesch's ease from 20 to 60, sentences of 35 to 18 words, no paragraph over 120 words. */
function readability({ page, prose, language }: Scored): Found {
  const read = readabilityOf(prose, language);
  if (!read) return found(0, "No whole sentence.", "Write in whole sentences.");
  const longest = Math.max(
    0,
    ...page.blocks.filter(({ kind }) => kind === "paragraph").map(({ text }) => wordsOf(text).length),
  );
  const ease = (read.ease - EASE.hard) / (EASE.easy - EASE.hard);
  const length = (LONG_SENTENCE.bad - read.wordsPerSentence) / (LONG_SENTENCE.bad - LONG_SENTENCE.good);
  const within = (share: number) => Math.max(0, Math.min(1, share));
  return found(
    0.5 * within(ease) + 0.3 * within(length) + (longest <= MOST_WORDS_IN_PARAGRAPH ? 0.2 : 0),
    `Reading ease ${read.ease.toFixed(0)} (${language === "en" ? "Flesch" : "Amstad"}), ${read.wordsPerSentence.toFixed(1)} words a sentence, longest paragraph ${longest} words.`,
    `Shorter sentences and words, and paragraphs of at most ${MOST_WORDS_IN_PARAGRAPH} words.`,
  );
}

/** The criteria in the order of the result, each with its weight in the score; weights add up to 100. */
export const criteria: readonly { name: Aeo["criteria"][number]["name"]; weight: number; score: Criterion }[] = [
  { name: "direct_answer", weight: 25, score: directAnswer },
  { name: "question_headings", weight: 15, score: questionHeadings },
  { name: "lists_and_tables", weight: 10, score: listsAndTables },
  { name: "structured_data", weight: 10, score: structuredData },
  { name: "entities", weight: 10, score: entities },
  { name: "sources", weight: 10, score: sources },
  { name: "dates", weight: 5, score: dates },
  { name: "readability", weight: 15, score: readability },
];

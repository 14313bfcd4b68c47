/**
 * Names in a text, recognized by how they are written. English writes little else with a capital. German writes every noun
 * with one: there a name is a word beside another capital ("Marie Curie", "Stadt Köln"), a country, an acronym, or a noun
 * that occurs repeatedly without an article. It misses names, and sometimes takes a noun for one: docs/writing.md.
 *
 * @module
 */

import { findLanguage } from "../../llm/embedded/languages.ts";
import { monthPattern, weekdayPattern } from "../../llm/embedded/normalize/mentions/calendar.ts";
import { splitSentences } from "../../llm/sentences.ts";

const CALENDAR = new RegExp(`^(?:${monthPattern}|${weekdayPattern})$`, "iu");
/** Addresses, which are kept to the letter. */
const ADDRESS =
  /https?:\/\/[^\s<>()"']+[^\s<>()"'.,;:!?]|(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,250}\.\p{L}{2,24}/gu;
const TOKEN = /[\p{L}\p{N}]+(?:[-'’][\p{L}\p{N}]+)*/gu;
/** "A380", "NATO", "SmolLM": written like nothing but a name. */
const UNMISTAKABLE = /^(?:\p{Lu}{2,}\d*|\p{Lu}+\d+[\p{L}\d]*|\p{L}*\p{Ll}\p{Lu}[\p{L}\d]*)$/u;
/** Before a name, and none itself. */
const TITLES = new Set(
  `mr mrs ms dr prof professor sir lady lord king queen president herr herrn frau doktor könig königin kaiser kaiserin präsident
   präsidentin kanzler kanzlerin minister ministerin st`.split(/\s+/),
);
/** German nouns of measure and kind: what follows them is not a name. */
const MEASURES = new Set(
  `prozent kilo kilogramm gramm tonne tonnen liter meter kilometer quadratmeter euro dollar art arten sorte menge reihe paar glas
   stück tasse tassen flasche flaschen uhr anfang mitte ende seite band nummer jahr jahre tag tage stunde stunden woche wochen`.split(
    /\s+/,
  ),
);
const DETERMINER =
  /^(?:der|die|das|des|dem|den|ein|eine|einen|einem|eines|einer|im|am|zum|zur|vom|beim|ins|ans|kein\p{L}*|dies\p{L}*|jen\p{L}*|jed\p{L}*|mein\p{L}*|dein\p{L}*|sein\p{L}*|ihr\p{L}*|unser\p{L}*|viele?\p{L}*|alle\p{L}*|\d.*|\p{Ll}+(?:e|en|er|es|em))$/iu;

/** Longer words are none, and would take the pattern's time. */
const LONGEST_NAME = 60;
const isUnmistakable = (word: string): boolean => word.length <= LONGEST_NAME && UNMISTAKABLE.test(word);

const isCapital = (word: string): boolean => /^\p{Lu}/u.test(word) && word.length > 1;

interface Token {
  readonly text: string;
  readonly isFirst: boolean;
  /** The capitalized token right before it, with blanks alone in between. */
  readonly previous: string | undefined;
  /** The token before it, whatever is in between. */
  readonly before: string | undefined;
}

function tokensOf(text: string, language: string): Token[] {
  return splitSentences(text, language)
    .filter(({ kind }) => kind !== "heading")
    .flatMap((sentence) => {
      const found = [...sentence.text.replace(/^\s*(?:[-*•–]|\d{1,3}[.)]|>)\s+/u, "").matchAll(TOKEN)];
      return found.map((match, index) => {
        const last = found[index - 1];
        const between = last && match.input.slice(last.index + last[0].length, match.index);
        const isBeside = between !== undefined && /^\.?\s$/.test(between);
        const isAfterQuote = between !== undefined && /[„“"»«:]\s*$/.test(between);
        return {
          text: match[0].replace(/['’]s$/u, ""),
          isFirst: index === 0 || isAfterQuote,
          previous: isBeside && last && isCapital(last[0]) && isCapital(match[0]) ? last[0] : undefined,
          before: last?.[0],
        };
      });
    });
}

function isNoName(word: string, language: string): boolean {
  const lower = word.toLowerCase();
  return TITLES.has(lower) || CALENDAR.test(word) || (findLanguage(language)?.isStopWord(lower) ?? false);
}

function englishNames(tokens: readonly Token[], language: string): string[] {
  const lower = new Set(tokens.filter(({ text }) => /^\p{Ll}/u.test(text)).map(({ text }) => text));
  const inside = tokens.filter(({ text, isFirst }) => !isFirst && isCapital(text)).map(({ text }) => text);
  const known = new Set(inside);
  const first = tokens.flatMap(({ text, isFirst }, index) => {
    if (!isFirst || !isCapital(text) || lower.has(text.toLowerCase())) return [];
    // "Marie Curie was": what opens a sentence is a name beside a name, or where it is written so elsewhere.
    return tokens[index + 1]?.previous === text || known.has(text) ? [text] : [];
  });
  return [...first, ...inside].filter((word) => !isNoName(word, language));
}

let countries: ReadonlySet<string> | undefined;

/** Names of countries in German, as the runtime knows them. */
function germanCountries(): ReadonlySet<string> {
  if (countries) return countries;
  const names = new Intl.DisplayNames("de", { type: "region", fallback: "none" });
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  const codes = letters.flatMap((one) => letters.map((other) => one + other));
  countries = new Set(codes.flatMap((code) => names.of(code) ?? []).filter((name) => /^\p{L}+$/u.test(name)));
  return countries;
}

/** How often a noun must come without an article to count as a name. */
const LEAST_BARE = 2;

function germanNames(tokens: readonly Token[], language: string): string[] {
  const bare = new Map<string, number>();
  for (const { text, before, isFirst } of tokens) {
    if (!isCapital(text)) continue;
    const isBare = before === undefined || isFirst || (!DETERMINER.test(before) && !isCapital(before));
    bare.set(text, isBare ? (bare.get(text) ?? 0) + 1 : Number.NEGATIVE_INFINITY);
  }
  const found: string[] = [];
  tokens.forEach(({ text, previous, before, isFirst }, index) => {
    if (!isCapital(text)) return;
    const beside =
      previous !== undefined &&
      !MEASURES.has(previous.toLowerCase()) &&
      !(tokens[index - 1]?.isFirst && !TITLES.has(previous.toLowerCase()) && isNoName(previous, language));
    if (beside) {
      const isGenitive = /[^s]s$/u.test(previous) && !bare.has(previous.slice(0, -1));
      if (!isGenitive) found.push(text);
      const isIntroduced = DETERMINER.test(tokens[index - 1]?.before ?? "");
      if (!isIntroduced) found.push(previous);
    } else if (
      germanCountries().has(text) ||
      ((bare.get(text) ?? 0) >= LEAST_BARE && !isFirst && before !== undefined)
    ) {
      found.push(text);
    }
  });
  return found.filter((word) => !isNoName(word, language) && !MEASURES.has(word.toLowerCase()));
}

/** The names that a text holds, a word each, and its addresses. */
export function namesIn(text: string, language: string): string[] {
  const addresses = text.match(ADDRESS) ?? [];
  const tokens = tokensOf(text.replace(ADDRESS, " "), language);
  const unmistakable = tokens.filter((token) => isUnmistakable(token.text)).map((token) => token.text);
  // In a text that is all in capitals they mean nothing.
  const isShouted = unmistakable.length > tokens.length / 3;
  const byCapital = language === "de" ? germanNames(tokens, language) : englishNames(tokens, language);
  return [...new Set([...addresses, ...(isShouted ? [] : [...unmistakable, ...byCapital])])];
}

/** "Curies", "Curie's" and "Curie" are one name. */
const baseOf = (word: string): string => word.toLowerCase().replace(/['’]s?$/u, "");

/** Names of one text that another one does not have, in whatever case of grammar. */
export function missingNames(names: readonly string[], text: string): string[] {
  const whole = text.toLowerCase();
  const there = new Set((text.match(TOKEN) ?? []).flatMap((word) => [word, ...word.split(/[-'’]/)]).map(baseOf));
  return names.filter((name) => {
    const base = baseOf(name);
    if (/[@:/]/.test(name)) return !whole.includes(base);
    const forms = [base, `${base}s`, `${base}es`, `${base}n`, ...(base.endsWith("s") ? [base.slice(0, -1)] : [])];
    return !forms.some((form) => there.has(form));
  });
}

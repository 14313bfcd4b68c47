/**
 * The language of a text whose caller left it to us (`language: "auto"`). A document's language (documents/language.ts) may
 * stay unknown; here one must be chosen, also for three words.
 *
 * @module
 */

import { stopwords as danish } from "@orama/stopwords/danish";
import { stopwords as dutch } from "@orama/stopwords/dutch";
import { stopwords as finnish } from "@orama/stopwords/finnish";
import { stopwords as french } from "@orama/stopwords/french";
import { stopwords as hungarian } from "@orama/stopwords/hungarian";
import { stopwords as indonesian } from "@orama/stopwords/indonesian";
import { stopwords as italian } from "@orama/stopwords/italian";
import { stopwords as norwegian } from "@orama/stopwords/norwegian";
import { stopwords as portuguese } from "@orama/stopwords/portuguese";
import { stopwords as romanian } from "@orama/stopwords/romanian";
import { stopwords as spanish } from "@orama/stopwords/spanish";
import { stopwords as swedish } from "@orama/stopwords/swedish";
import { stopwords as turkish } from "@orama/stopwords/turkish";
import { AUTO_LANGUAGE } from "../../../contracts/tasks/language.ts";
import { type EmbeddedLanguage, embeddedLanguages, findLanguage } from "./embedded/languages.ts";

/** ISO 639's code for an undetermined language; Intl accepts it. */
export const UNDETERMINED = "und";

/** Of languages that the embedded engine does not know. */
const foreignWords: readonly (readonly [code: string, words: ReadonlySet<string>])[] = [
  ["fr", new Set(french)],
  ["es", new Set(spanish)],
  ["it", new Set(italian)],
  ["pt", new Set(portuguese)],
  ["nl", new Set(dutch)],
  ["da", new Set(danish)],
  ["no", new Set(norwegian)],
  ["sv", new Set(swedish)],
  ["fi", new Set(finnish)],
  ["hu", new Set(hungarian)],
  ["ro", new Set(romanian)],
  ["tr", new Set(turkish)],
  ["id", new Set(indonesian)],
];

const SAMPLE_CHARACTERS = 20_000;
/** Letters that neither German nor English writes, not even in "café" and "naïve". */
const FOREIGN_LETTER = /[áíóúàìòùåæøãõñýčďěňřšťůžąćęłńśźżőűăâîșțşğıđ]/u;
/** How many times more words of another language there must be than English or German ones. */
const MARGIN = 1.5;
/** Of another language's function words: at least so many, and such a share of all words. */
const LEAST_FOUND = 3;
const LEAST_SHARE = 0.15;
/** Words with foreign letters, their share, and how many there must be for each English or German function word. */
const LEAST_FOREIGN = 2;
const FOREIGN_SHARE = 0.1;
const FOREIGN_MARGIN = 2;

/** Whether most letters are Latin ones. A text without letters is in no other script. */
function isLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return latin * 2 >= letters;
}

/**
 * Tells a text's language. English where nothing speaks against it, as in names, numbers and lists of terms; German by
 * its function words or its umlauts.
 * @returns an ISO 639-1 code; {@link UNDETERMINED} for a text that is in neither and in none that is known
 */
function languageIn(text: string): string {
  const sample = text.slice(0, SAMPLE_CHARACTERS);
  if (!isLatin(sample)) return UNDETERMINED;
  // Single letters are a word of several languages, and none at all in lists and formulas.
  const written = sample.normalize("NFC").match(/\p{L}{2,}/gu) ?? [];
  const words = written.map((word) => word.toLowerCase());
  const countOf = (code: EmbeddedLanguage) => words.filter((word) => findLanguage(code)?.isStopWord(word)).length;
  const [en, de] = [countOf("en"), countOf("de")];
  const own = Math.max(en, de);
  const [best] = foreignWords
    .map(([code, known]) => ({ code, count: words.filter((word) => known.has(word)).length }))
    .sort((a, b) => b.count - a.count);
  if (best && best.count >= Math.max(LEAST_FOUND, LEAST_SHARE * words.length, MARGIN * own)) return best.code;
  // Names of people and places are foreign in every language.
  const foreign = written.filter((word) => /^\p{Ll}/u.test(word) && FOREIGN_LETTER.test(word)).length;
  if (foreign >= LEAST_FOREIGN && foreign >= FOREIGN_SHARE * words.length && foreign >= FOREIGN_MARGIN * own) {
    return UNDETERMINED;
  }
  if (en !== de) return de > en ? "de" : "en";
  return /[äöüß]/u.test(sample.toLowerCase()) ? "de" : "en";
}

/** Whether a word, in lower case, is a function word of one of the languages that are told apart. */
export const isFunctionWord = (word: string): boolean =>
  foreignWords.some(([, words]) => words.has(word)) ||
  embeddedLanguages.some((code) => findLanguage(code)?.isStopWord(word));

const script = (language: string): string | undefined => new Intl.Locale(language).maximize().script;

/**
 * Whether an answer is in another script than Latin, where a language with Latin letters was asked for.
 * @param language as the caller named it
 */
export const isInForeignScript = (answer: string, language: string): boolean =>
  script(language) === "Latn" && !isLatin(answer);

/**
 * The language by whose rules a text is read, for what needs one: `auto` is detected from the text.
 * @returns what `Intl` takes
 */
export const languageOfText = (language: string, text: string): string =>
  language === AUTO_LANGUAGE ? languageIn(text) : language;

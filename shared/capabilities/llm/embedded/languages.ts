/**
 * What the embedded backend knows of a language: Snowball's stemmer and stop words, and how its key phrases look.
 *
 * @module
 */

import { stemmer as stemEnglish } from "@orama/stemmers/english";
import { stemmer as stemGerman } from "@orama/stemmers/german";
import { stopwords as englishStopWords } from "@orama/stopwords/english";
import { stopwords as germanStopWords } from "@orama/stopwords/german";

import { monthPattern, weekdayPattern } from "./normalize/mentions/calendar.ts";

/** The languages that the embedded engine knows. */
export const embeddedLanguages = ["en", "de"] as const;
/** One of {@link embeddedLanguages}. */
export type EmbeddedLanguage = (typeof embeddedLanguages)[number];

/** What the embedded engine knows of a language. */
export interface Language {
  readonly code: EmbeddedLanguage;
  /** @param word in lower case */
  stem(word: string): string;
  /** @param word in lower case */
  isStopWord(word: string): boolean;
  /** Nouns of every text, such as "year" and "part", which characterize none. @param stem a noun's stem */
  isGeneric(stem: string): boolean;
  /** Whether nouns are written with a capital, so that a capital marks a noun. */
  readonly capitalNouns: boolean;
}

/**
 * Words that Snowball's lists lack and that say nothing about a text: contractions, adverbs, numerals, auxiliary and
 * reporting verbs.
 */
const furtherEnglish = `
  also although always almost already among another anyone anything around away back because become becomes became
  began begin behind besides beyond cannot could consider despite done either else enough especially even ever every
  everyone everything far few first five four fully gave get gets getting give given gives go goes going gone got
  happen happens hardly hence however indeed instead kept keep keeps knew know known last later least less let like
  likely little long look looks lot made mainly make makes making many may maybe mean means merely might mostly much
  must near nearly need needs neither never nevertheless next nine no nobody none nor nothing now nowhere occur often
  one ones onto others otherwise ought per perhaps please put quite rather really remain remains said same saw say says
  second see seem seems seen several shall showed show shows since six soon something sometimes somewhat still such
  take taken takes taking ten than therefore third though three thus together told too took toward towards turn turned
  turns twice two unless unlike unlikely unto upon us use used uses using usually various via want wants well went
  whatever whenever whereas wherever whether whichever whoever whole whose within without would yes yet everybody ones one's don't
  it's that's there's can't isn't aren't wasn't weren't won't wouldn't couldn't shouldn't i'm you're we're they're
  i've you've we've they've i'd you'd he's she's we'd let's doesn't didn't hasn't haven't hadn't today yesterday
  tomorrow new good better best big large small great high low early late old able eight seven hundred thousand
  million billion percent eleven twelve thirteen fourteen fifteen sixteen seventeen
  eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety mr mrs ms dr hi hello dear thanks thank regards
`;

const furtherGerman = `
  ab aber allerdings allein anstatt außer außerdem bald beide beiden beim bereits besonders besser bevor bisher bleibt
  bleiben bzw daher damals dabei dadurch dafür dagegen daran darauf daraus darin darüber darum darunter dass davon davor
  dazu denen dennoch deren deshalb dessen deswegen doch drei drin dritte dritten dürfen eben ebenfalls ebenso ein eigen
  eigene eigenen eigentlich einfach einmal erst erste ersten erstens etwa etwas euch fast ferner fünf ganz ganze ganzen
  geben gab gibt gehen geht ging gegenüber gemacht genau genug gerade gern gewesen groß große großen größer gut gute
  guten hat hätte hätten heißt heute hierbei hierfür hundert ihnen immer inzwischen innerhalb irgend jahr jahre jahren
  je jedoch jemand kam kann kaum kein kleine kleinen klein kommen kommt konnte konnten könnte könnten kurz lang lange
  lässt lassen laut lediglich leicht letzte letzten lieber liegt machen macht mal man mehr mehrere mehreren meist
  meisten millionen milliarden mithilfe mittlerweile möchte möchten möglich muss müssen musste mussten müsste nachdem
  nahezu nämlich natürlich neben neu neue neuen neuer neues neun nie niemals niemand noch nun nur ob obwohl oft ohne
  paar prozent rund sagen sagt sagte schließlich schon sechs sehen sehr seien sei seit seitdem selbst sieben sieht so
  sobald sofort sogar solche sollen sollte sollten sondern sonst soweit sowie sowohl später stark statt stehen steht
  stets tausend trotz trotzdem über überhaupt übrigens um und ungefähr usw viel viele vielen vieler vielleicht vier voll
  völlig vom vor vorher während wäre wären warum wegen weil weiter weitere weiteren weiterhin weiß weit wenig wenige
  weniger wer werden weshalb wessen wie wieder wieso will wird wirklich wobei wodurch wohl wollen wollte worden wurde
  wurden würde würden zehn zeigt zu zudem zuletzt zum zumal zumindest zunächst zur zurück zusammen zuvor zwar zwei
  zweite zweiten zwischen herr frau hallo liebe lieber danke bitte grüße gruß gestern morgen
`;

const genericEnglish = `
  year day week month hour minute second time way part thing number case reason people person place cost kind amount
  end start side point fact example result half quarter third rest figure man woman name line life saying right
`;

const genericGerman = `
  tag tage woche monat stunde minute zeit teil grund art weise fall beispiel zahl ende anfang seite mensch leute platz
  sache ergebnis hälfte viertel rest name mann leben punkt stelle form frage reihe rahmen bereich euro weg maß regel
  land kosten million milliarde urteil
`;

const wordsOf = (list: string): string[] => list.trim().split(/\s+/);

interface LanguageWords {
  readonly stemmer: (word: string) => string;
  readonly stopWords: readonly string[];
  readonly genericNouns: readonly string[];
  readonly capitalNouns: boolean;
}

function defineLanguage(
  code: EmbeddedLanguage,
  { stemmer, stopWords, genericNouns, capitalNouns }: LanguageWords,
): Language {
  const stops = new Set(stopWords);
  const dates = [...monthPattern.split("|"), ...weekdayPattern.split("|")];
  const generic = new Set([...genericNouns, ...dates].map((noun) => stemmer(noun).toLowerCase()));
  const stems = new Map<string, string>();
  return {
    code,
    capitalNouns,
    isStopWord: (word) => stops.has(word),
    isGeneric: (stem) => generic.has(stem),
    stem(word) {
      const known = stems.get(word);
      if (known !== undefined) return known;
      const stem = stemmer(word).toLowerCase();
      // Bounded: a process lives long and texts hold many words that come once.
      if (stems.size > 50_000) stems.clear();
      stems.set(word, stem);
      return stem;
    },
  };
}

const languages: Record<EmbeddedLanguage, Language> = {
  en: defineLanguage("en", {
    stemmer: stemEnglish,
    stopWords: [...englishStopWords, ...wordsOf(furtherEnglish)],
    genericNouns: wordsOf(genericEnglish),
    capitalNouns: false,
  }),
  de: defineLanguage("de", {
    stemmer: stemGerman,
    stopWords: [...germanStopWords, ...wordsOf(furtherGerman)],
    genericNouns: wordsOf(genericGerman),
    capitalNouns: true,
  }),
};

const isEmbedded = (code: string): code is EmbeddedLanguage => Object.hasOwn(languages, code);

/** @returns undefined for a language that the embedded backend does not know */
export const findLanguage = (code: string): Language | undefined => (isEmbedded(code) ? languages[code] : undefined);

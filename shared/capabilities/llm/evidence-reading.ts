import { findLanguage, type Language } from "./embedded/languages.ts";
import { namePart } from "./embedded/normalize/fill/by-concept.ts";
import { findCompanies, findPeople, findPositions } from "./embedded/normalize/fill/names.ts";
import { findStreets } from "./embedded/normalize/fill/places.ts";
import { isoDate } from "./embedded/normalize/mentions/calendar.ts";
import { findMentions, type Mentions } from "./embedded/normalize/mentions/mentions.ts";
import { findNumbers } from "./embedded/normalize/mentions/number-mentions.ts";
import { type Reading, readRequest } from "./embedded/normalize/reading.ts";

/** A request as evidence: what it says verbatim, and which dates, times and numbers it names in any notation. */
export interface EvidenceReading {
  readonly reading: Reading;
  readonly mentions: Mentions;
  /** The language has words of its own for what properties are commonly called. */
  readonly known: boolean;
  /** In lower case, with single spaces. */
  readonly folded: string;
  readonly dates: ReadonlySet<string>;
  /** `HH:MM`. */
  readonly times: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
  readonly currencies: ReadonlySet<string>;
  /** Names that the text introduces as such ("I am Jane Porter", "Blue Heron Ltd"): concept and folded name. */
  readonly introduced: ReadonlySet<string>;
}

/** A text in lower case with single spaces, for comparison. */
export const fold = (text: string): string => text.toLowerCase().replace(/\s+/g, " ").trim();

/** Score of a rule from which on a name counts as introduced; "in Bonn" is not enough. */
const SURE = 0.5;

function introducedIn(text: string): ReadonlySet<string> {
  const people = findPeople(text).filter(({ score }) => score >= SURE);
  const kinds: readonly [key: string, names: readonly { text: string }[]][] = [
    ["name", people],
    ["first name", people.map((person) => namePart(person, "first"))],
    ["last name", people.map((person) => namePart(person, "last"))],
    ["company", findCompanies(text)],
    ["street", findStreets(text)],
    ["position", findPositions(text)],
  ];
  return new Set(kinds.flatMap(([key, names]) => names.map((name) => `${key} ${fold(name.text)}`)));
}

/** Notations are those of English, unless the language is one whose own are known. */
const languageFor = (code: string): Language | undefined => findLanguage(code) ?? findLanguage("en");

/** Reads a request for the evidence of values. */
export function readEvidence(request: string, languageCode: string): EvidenceReading {
  const language = languageFor(languageCode);
  if (!language) throw new Error("English is always known.");
  // Also those within dates and addresses, which are no values of their own.
  const numbers = findNumbers(request, language.code);
  const reading = readRequest(request, language);
  const mentions = findMentions(reading);
  return {
    ...{ reading, mentions },
    introduced: introducedIn(request),
    known: findLanguage(languageCode) !== undefined,
    folded: fold(request),
    dates: new Set(mentions.dates.map(({ date }) => isoDate(date))),
    times: new Set(mentions.times.map(({ time }) => time.slice(0, 5))),
    numbers: new Set(numbers.map(({ value }) => value)),
    currencies: new Set(numbers.flatMap(({ currency }) => (currency ? [currency] : []))),
  };
}

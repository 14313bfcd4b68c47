/**
 * Names of people, companies and places, by the phrases that introduce them.
 *
 * @module
 */

import type { Span } from "../reading.ts";

/** A name with its place in the text. */
export interface Named extends Span {
  readonly text: string;
  readonly score: number;
}

const TITLE = "(?:(?:Dr|Prof|Dipl-Ing|Mr|Mrs|Ms|Herr|Frau)\\.?\\s+)*";
const PART = "(?:\\p{Lu}\\.|\\p{Lu}[\\p{L}'’]*(?:-\\p{Lu}?[\\p{L}'’]+)*)";
const PERSON = `${TITLE}${PART}(?:\\s+(?:von|van|de|der|den|du|la|le|al|el|bin|zu|zum|zur|${PART})){0,4}`;
const FULL_PERSON = `${TITLE}${PART}(?:\\s+(?:von|van|de|der|den|du|la|le|al|el|bin|zu|zum|zur|${PART})){1,4}`;
const CAPITALIZED =
  "\\p{Lu}[\\p{L}\\p{N}&.'’-]*(?:\\s+(?:&\\s+|of\\s+|und\\s+(?=\\p{Lu}))?(?:\\p{Lu}|\\d)[\\p{L}\\p{N}&.'’-]*){0,4}";
const PLACE = "\\p{Lu}[\\p{L}'’]+(?:(?: am | an der |-upon-| upon |[ -])\\p{Lu}[\\p{L}'’]+){0,3}";

/** An introduction in any case, then a name in its own. */
const introduced = (introductions: string, name: string): RegExp =>
  new RegExp(`(?<![\\p{L}])(?:${introductions})\\s+(?<name>${name})`, "gu");
/** Written with a capital or not. */
const anyCase = (phrases: readonly string[]): string =>
  phrases
    .map((phrase) => phrase.replace(/(?<=^|\s)\p{L}/gu, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`))
    .join("|");

function collect(text: string, pattern: RegExp, score: number): Named[] {
  return Array.from(text.matchAll(pattern), (match): Named => {
    const name = (match.groups?.name ?? "").replace(/[.,;:]+$/u, (tail) =>
      /\b(?:Ltd|Inc|Co|Corp)\.$/.test(match.groups?.name ?? "") ? tail : "",
    );
    const start = match.index + match[0].lastIndexOf(match.groups?.name ?? "");
    return { start, end: start + name.length, text: name, score };
  }).filter(({ text: name }) => name.length > 1);
}

const selfIntroduction = introduced(
  anyCase([
    "my name is",
    "my name's",
    "mein name ist",
    "ich heiße",
    "hier spricht",
    "wir heißen",
    "name lautet",
    "under the name",
    "in the name of",
    "auf den namen",
    "unter dem namen",
    "assigned to",
    "assign to",
    "assign it to",
  ]),
  PERSON,
);
const weakIntroduction = introduced(
  anyCase([
    "i am",
    "i'm",
    "this is",
    "ich bin",
    "hier ist",
    "hier schreibt",
    "contact",
    "kontaktieren sie",
    "reach",
    "ask for",
    "ansprechpartner ist",
    "ansprechpartnerin ist",
    "customer",
    "kundin",
    "kunde",
  ]),
  FULL_PERSON,
);
const addressed = introduced("Mr\\.?|Mrs\\.?|Ms\\.?|Herrn?|Frau", PERSON);
const signed = new RegExp(
  `(?:${anyCase(["regards", "best", "best wishes", "sincerely", "yours", "cheers", "thanks", "thank you", "many thanks", "grüßen", "grüße", "gruß", "danke", "dank", "lg", "vg", "mfg", "MfG", "LG", "VG"])})[,!.]?\\s*[-–]?\\s*(?<name>${PERSON})\\s*(?:$|\\n)`,
  "gu",
);

/** Finds the names of people. */
export const findPeople = (text: string): Named[] => [
  ...collect(text, selfIntroduction, 0.9),
  ...collect(text, signed, 0.8),
  ...collect(text, weakIntroduction, 0.6),
  ...collect(text, addressed, 0.55),
];

const LEGAL_FORM =
  "(?:GmbH(?: & Co\\. KG)?|AG|KG|SE|OHG|UG|e\\.\\s?V\\.|Ltd\\.?|Limited|Inc\\.?|LLC|Corp\\.?|PLC|plc|S\\.A\\.|B\\.V\\.|BV|Oy|AB)";
const legal = new RegExp(
  `(?<name>(?<!\\p{L})(?:\\p{Lu}[\\p{L}\\p{N}&.'’-]*\\s+(?:&\\s+|und\\s+|and\\s+|of\\s+)?){1,5}${LEGAL_FORM})(?!\\p{L})`,
  "gu",
);
const employer = introduced(
  anyCase([
    "work at",
    "work for",
    "working at",
    "working for",
    "on behalf of",
    "arbeite bei",
    "arbeite für",
    "im namen der",
    "im namen von",
    "der firma",
    "die firma",
    "our company",
    "unsere firma",
    "company",
  ]),
  CAPITALIZED,
);

/** Finds the names of companies. */
export const findCompanies = (text: string): Named[] => [
  ...collect(text, legal, 0.75),
  ...collect(text, employer, 0.7),
];

const route = new RegExp(
  `(?<!\\p{L})(?:[Ff]rom|[Vv]on|[Aa]b)\\s+(?<from>${PLACE})\\s+(?:to|nach)\\s+(?<to>${PLACE})`,
  "gu",
);
const toward = introduced(anyCase(["to", "nach"]), PLACE);
const outOf = introduced(anyCase(["from", "ab", "aus"]), PLACE);
const within = introduced(anyCase(["in", "at", "near", "bei"]), PLACE);
const behindPostalCode = new RegExp(`(?<!\\d)\\d{5}\\s+(?<name>${PLACE})`, "gu");

/** @param direction which end of a journey, or where something is */
export function findPlaces(text: string, direction: "from" | "to" | "in"): Named[] {
  const routes = Array.from(text.matchAll(route)).flatMap((match): Named[] => {
    const name = match.groups?.[direction];
    if (!name) return [];
    const start = match.index + (direction === "to" ? match[0].lastIndexOf(name) : match[0].indexOf(name));
    return [{ start, end: start + name.length, text: name, score: 0.9 }];
  });
  if (direction === "to") return [...routes, ...collect(text, toward, 0.55)];
  if (direction === "from") return [...routes, ...collect(text, outOf, 0.5)];
  return [...collect(text, behindPostalCode, 0.85), ...collect(text, within, 0.45)];
}

const germanStreet =
  /(?<name>\p{Lu}[\p{L}.-]*(?:\s\p{Lu}[\p{L}.-]*){0,2}?(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm|Straße|Weg|Platz|Allee)\s+\d{1,4}\s?[a-z]?)(?!\p{L})/gu;
const englishStreet =
  /(?<![\p{L}\d])(?<name>\d{1,5}[a-z]?\s+(?:\p{Lu}\p{L}+\s+){1,3}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Dr|Way|Close|Court|Square|Boulevard|Blvd|Place)\b\.?)/gu;

/** Finds streets with house numbers. */
export const findStreets = (text: string): Named[] => [
  ...collect(text, germanStreet, 0.85),
  ...collect(text, englishStreet, 0.85),
];

const application = introduced(
  anyCase([
    "apply for the position of",
    "applying for the position of",
    "apply for the role of",
    "applying for the role of",
    "position of",
    "role of",
    "apply as",
    "applying as",
    "work as",
    "working as",
    "arbeite als",
    "stelle als",
    "bewerbe mich als",
    "bewerbe mich um die stelle als",
    "bewerbung als",
    "hiring",
  ]),
  "(?:an?\\s+|the\\s+)?(?:\\p{L}[\\p{L}/-]*)(?:\\s+\\p{L}[\\p{L}/-]*){0,3}?(?=\\s*(?:[,.;\\n]|$|\\s(?:in|at|and|und|bei|with|mit|for|für)\\s))",
);

/** Finds positions in a company. */
export const findPositions = (text: string): Named[] =>
  collect(text, application, 0.85).map((found) => {
    const lead = /^(?:an?|the)\s+/.exec(found.text)?.[0].length ?? 0;
    return { ...found, start: found.start + lead, text: found.text.slice(lead) };
  });

/**
 * Names of people, companies and positions, by the phrases that introduce them.
 *
 * @module
 */

import type { Span } from "../reading.ts";

/** A name with its place in the text. */
export interface Named extends Span {
  readonly text: string;
  readonly score: number;
}

const TITLE = "(?:(?:Dr|Prof|Dipl-Ing|Mr|Mrs|Ms|Herr|Frau|Familie|Family)\\.?[ \\t]+)*";
const PART = "(?:\\p{Lu}\\.|\\p{Lu}[\\p{L}'’]*(?:-\\p{Lu}?[\\p{L}'’]+)*)";
const PERSON = `${TITLE}${PART}(?:[ \\t]+(?:von|van|de|der|den|du|la|le|al|el|bin|zu|zum|zur|${PART})){0,4}`;
const FULL_PERSON = `${TITLE}${PART}(?:[ \\t]+(?:von|van|de|der|den|du|la|le|al|el|bin|zu|zum|zur|${PART})){1,4}`;
const CAPITALIZED =
  "\\p{Lu}[\\p{L}\\p{N}&.'’-]*(?:[ \\t]+(?:&[ \\t]+|of[ \\t]+|und[ \\t]+(?=\\p{Lu}))?(?:\\p{Lu}|\\d)[\\p{L}\\p{N}&.'’-]*){0,4}";

/** An introduction in any case, then a name in its own. */
export const introduced = (introductions: string, name: string): RegExp =>
  new RegExp(`(?<![\\p{L}])(?:${introductions})[ \\t]+(?<name>${name})`, "gu");
/** Written with a capital or not. */
export const anyCase = (phrases: readonly string[]): string =>
  phrases
    .map((phrase) => phrase.replace(/(?<=^|\s)\p{L}/gu, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`))
    .join("|");

/** What a pattern's group `name` finds, without the punctuation behind it. */
export function collect(text: string, pattern: RegExp, score: number): Named[] {
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
  `(?:${anyCase(["regards", "greetings", "best", "best wishes", "sincerely", "yours", "cheers", "thanks", "thank you", "many thanks", "grüßen", "grüße", "gruß", "danke", "dank", "lg", "vg", "mfg", "MfG", "LG", "VG"])})[,!.]?\\s*[-–]?\\s*(?<name>${PERSON})\\s*(?:$|\\n)`,
  "gu",
);

/** Finds the names of people. */
export const findPeople = (text: string): Named[] => [
  ...collect(text, selfIntroduction, 0.9),
  ...collect(text, signed, 0.8),
  ...collect(text, weakIntroduction, 0.6),
  ...collect(text, addressed, 0.5),
  ...[signature(text)?.person ?? []].flat(),
];

const doctor = /(?<!\p{L})(?<name>(?:Prof\.?[ ])?Dr\.?(?:[ ]med\.?)?[ ]\p{Lu}[\p{L}'’-]+(?:[ ]\p{Lu}[\p{L}'’-]+)?)/gu;

/** Finds doctors, by their title. */
export const findDoctors = (text: string): Named[] => collect(text, doctor, 0.7);

/**
 * A name that ends the text, alone in its last line or sentence, with what may follow a name there: a company, a phone
 * number, an address. Two capitalized words at least, as a noun ends many texts.
 */
const lastWords = new RegExp(
  `(?:[.!?]\\s+|\\n\\s*|\\d,[ ])(?<name>${FULL_PERSON})(?<rest>,[ ](?:\\p{Lu}[^\\n.!?]{1,60}|[^\\n\\s]*@[^\\n]{1,60}|[+(]?\\d[\\d ()/-]{5,24}))?[ ]*[.]?(?:\\n[ ]*(?:[^\\n\\s]+@[^\\n\\s]+|(?:[Tt]el|[Pp]hone|[Mm]obile?|[Hh]andy)?[.:]?[ ]*[+(]?\\d[\\d ()/-]{5,24})[ ]*){0,2}\\s*$`,
  "u",
);
const FAREWELL_WORD = /(?:^|\s)(?:Grüße|Grüßen|Gruß|Dank|Regards|Thanks|Wishes|Tel|Phone|Mobile|Handy)(?:\s|$)/iu;

/** Who signs a text with a name alone, and the company behind that name. */
function signature(text: string): { person: Named; company: Named | undefined } | undefined {
  const tail = text.slice(-200);
  const match = lastWords.exec(tail);
  const name = match?.groups?.name;
  if (!match || !name || FAREWELL_WORD.test(name)) return undefined;
  const start = text.length - tail.length + match.index + match[0].indexOf(name);
  const person = { start, end: start + name.length, text: name, score: 0.55 };
  const rest = /^,[ ](?<company>\p{Lu}[^\d@,:]+)$/u.exec(match.groups?.rest ?? "")?.groups?.company?.trim();
  return {
    person,
    company:
      rest && /\s/.test(rest)
        ? { start: person.end + 2, end: person.end + 2 + rest.length, text: rest, score: 0.5 }
        : undefined,
  };
}

const LEGAL_FORM =
  "(?:GmbH(?: & Co\\. KG)?|AG|KG|SE|OHG|UG|e\\.\\s?V\\.|Ltd\\.?|Limited|Inc\\.?|LLC|Corp\\.?|PLC|plc|S\\.A\\.|B\\.V\\.|BV|Oy|AB)";
const legal = new RegExp(
  `(?<name>(?<!\\p{L})(?:\\p{Lu}[\\p{L}\\p{N}&.'’-]*[ \\t]+(?:&[ \\t]+|und[ \\t]+|and[ \\t]+|of[ \\t]+)?){1,5}${LEGAL_FORM})(?!\\p{L})`,
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
  ...[signature(text)?.company ?? []].flat(),
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
    "bewerbe ich mich als",
    "bewerbe mich um die stelle als",
    "bewerbe ich mich um die stelle als",
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

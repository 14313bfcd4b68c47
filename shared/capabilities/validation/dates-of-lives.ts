/**
 * Dates that cannot be, and years of birth and death that differ.
 *
 * @module
 */

import { isCalendarDate } from "./check-source.ts";
import type { ReadChapter, Spot } from "./spot.ts";

const months: Readonly<Record<string, number>> = Object.fromEntries(
  [
    "january januar jänner jan",
    "february februar feber feb",
    "march märz mar",
    "april apr",
    "may mai",
    "june juni jun",
    "july juli jul",
    "august aug",
    "september sept sep",
    "october oktober oct okt",
    "november nov",
    "december dezember dec dez",
  ].flatMap((names, index) => names.split(" ").map((name) => [name, index + 1])),
);
const MONTH = Object.keys(months).join("|");
/** `31 February 1999`, `31. Februar 1999`, `February 31, 1999`, `31.02.1999`. */
const DATES = [
  new RegExp(
    `(?<![\\p{L}\\p{N}])(?<day>\\d{1,2})(?:st|nd|rd|th)?\\.? (?:of )?(?<month>${MONTH})\\.? (?<year>\\d{4})(?!\\p{N})`,
    "giu",
  ),
  new RegExp(
    `(?<![\\p{L}\\p{N}])(?<month>${MONTH})\\.? (?<day>\\d{1,2})(?:st|nd|rd|th)?,? (?<year>\\d{4})(?!\\p{N})`,
    "giu",
  ),
  /(?<![\p{N}.])(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})(?!\p{N})/gu,
];
const NAME = String.raw`(?<name>\p{Lu}\p{Ll}+(?:[ -](?:(?:van|von|de|der|zu|di|da) )*\p{Lu}\p{Ll}+){1,3})`;
/** Up to the end of the sentence, which is not behind an ordinal. */
const WITHIN = String.raw`(?:[^.!?\n]|(?<=\d)\.)`;
/** "Clara Lindner, the printer, was born": what begins with a capital may be another name. */
const ASIDE = String.raw`(?:, \p{Ll}[^,.;:!?()\n]{1,80},)?`;
const LIFE = new RegExp(
  String.raw`${NAME} \((?:\*|geb\. |born )?(?<born>\d{4})\s?[-–—]\s?(?:†|died )?(?<died>\d{4})\)`,
  "gu",
);
const BORN = new RegExp(
  String.raw`${NAME}${ASIDE} (?:was born|(?:wurde|kam|ist)(?= ${WITHIN}{0,90}(?:geboren|zur Welt)))${WITHIN}{0,60}?(?<![\p{N}])(?<born>1\d{3}|20\d{2})(?!\p{N})`,
  "gu",
);
const DIED = new RegExp(
  String.raw`${NAME}${ASIDE} (?:died|passed away|starb|verstarb)${WITHIN}{0,60}?(?<![\p{N}])(?<died>1\d{3}|20\d{2})(?!\p{N})`,
  "gu",
);

interface Said {
  readonly year: number;
  readonly chapter: number;
}

/** Compares chapters in their order: what differs from the first statement is reported. */
export function findDates(chapters: readonly ReadChapter[]): Spot[] {
  const lives = new Map<string, Said>();
  return chapters.flatMap(({ blocks }, chapter) =>
    blocks.flatMap((block) => {
      if (block.kind === "code") return [];
      const spot = (match: RegExpExecArray, message: string, code: Spot["code"]): Spot => {
        return { code, message, chapter, block, index: match.index, length: match[0].length };
      };
      const impossible = DATES.flatMap((pattern) => [...block.text.matchAll(pattern)])
        .filter(({ groups = {} }) => {
          const month = months[groups.month?.toLowerCase() ?? ""] ?? Number(groups.month);
          return !isCalendarDate(Number(groups.year), month, Number(groups.day));
        })
        .map((match) => spot(match, `There is no ${match[0]} in the calendar.`, "impossible_date"));
      const said = [LIFE, BORN, DIED]
        .flatMap((pattern) => [...block.text.matchAll(pattern)])
        .sort((a, b) => a.index - b.index)
        .flatMap((match) =>
          conflictsOf(match, { lives, chapter }).map((message) => spot(match, message, "conflicting_dates")),
        );
      return [...impossible, ...said];
    }),
  );
}

function conflictsOf(
  { groups = {} }: RegExpExecArray,
  { lives, chapter }: { readonly lives: Map<string, Said>; readonly chapter: number },
): string[] {
  const surname = groups.name?.split(/[ -]/).at(-1) ?? "";
  const { born, died } = groups;
  const messages: string[] = [];
  if (born !== undefined && died !== undefined && Number(died) < Number(born)) {
    messages.push(`${groups.name} would have died before being born.`);
  }
  for (const [what, year] of [
    ["birth", born],
    ["death", died],
  ] as const) {
    if (year === undefined) continue;
    // Families share a surname: with another first name it is another person.
    const key = `${what} ${groups.name?.split(/[ -]/)[0]} ${surname}`;
    const before = lives.get(key);
    if (!before) lives.set(key, { year: Number(year), chapter });
    else if (before.year !== Number(year)) {
      messages.push(
        `The year of ${groups.name}'s ${what} is ${year} here and ${before.year} in chapter ${before.chapter + 1}.`,
      );
    }
  }
  return messages;
}

/**
 * Countries by their names in English and German, from Intl's own tables.
 *
 * @module
 */

import type { Named } from "./names.ts";

const CODES =
  "AD AE AF AL AM AO AR AT AU AZ BA BD BE BG BH BO BR BY CA CH CL CN CO CR CU CY CZ DE DK DO DZ EC EE EG ES ET FI FR GB GE GH GR GT HK HN HR HU ID IE IL IN IQ IR IS IT JM JO JP KE KH KR KW KZ LA LB LI LK LT LU LV LY MA MC MD ME MK MM MN MT MX MY MZ NG NI NL NO NP NZ OM PA PE PH PK PL PT PY QA RO RS RU RW SA SE SG SI SK SN SV SY TH TN TR TW TZ UA UG US UY UZ VE VN YE ZA ZM ZW".split(
    " ",
  );

const byName = new Map<string, string>();
for (const locale of ["en", "de"]) {
  const names = new Intl.DisplayNames(locale, { type: "region" });
  for (const code of CODES) byName.set((names.of(code) ?? code).toLowerCase(), code);
}
for (const [name, code] of [
  ["usa", "US"],
  ["u.s.", "US"],
  ["uk", "GB"],
  ["england", "GB"],
  ["great britain", "GB"],
  ["großbritannien", "GB"],
  ["holland", "NL"],
  ["turkey", "TR"],
] as const)
  byName.set(name, code);

const pattern = new RegExp(
  `(?<!\\p{L})(?:${[...byName.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(".", "\\."))
    .join("|")})(?!\\p{L})`,
  "giu",
);

/** A country named in the text. */
export interface CountryMention extends Named {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
}

/** Finds the countries that a text names. */
export const findCountries = (text: string): CountryMention[] =>
  Array.from(text.matchAll(pattern), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
    code: byName.get(match[0].toLowerCase()) ?? "",
    score: 0.7,
  })).filter(({ text: name }) => /^\p{Lu}/u.test(name));

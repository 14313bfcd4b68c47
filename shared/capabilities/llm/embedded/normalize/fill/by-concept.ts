/**
 * Texts by what the values of a concept look like, wherever they are.
 *
 * @module
 */

import { type FieldReading, type LabelPlace, nearness } from "../candidates.ts";
import type { Field } from "../fields.ts";
import { findBics } from "../mentions/account-mentions.ts";
import { findDomains, type TextMention } from "../mentions/contact-mentions.ts";
import type { Mentions } from "../mentions/mentions.ts";
import type { Reading } from "../reading.ts";
import { findCountries } from "./countries.ts";
import { bodyOf, headlineOf } from "./headline.ts";
import { findCompanies, findDoctors, findPeople, findPositions, type Named } from "./names.ts";
import { findNamedPlaces, findPlaces, findStreets } from "./places.ts";
import { orderedThings, quotedTitles } from "./things.ts";
import { unitsBehindNumbers } from "./unit-names.ts";

/** Mentions of a form of their own, worth more near a label. */
export const fromMentions = (found: readonly TextMention[], labels: readonly LabelPlace[], reading: Reading): Named[] =>
  found.map((mention) => ({ ...mention, score: 0.6 + 0.4 * nearness(mention, labels, reading) }));

/** First or last name out of whole ones. */
export function namePart(person: Named, part: "first" | "last"): Named {
  const words = person.text.replace(/^(?:(?:Dr|Prof|Mr|Mrs|Ms|Herr|Frau)\.?\s+)+/u, "").split(/\s+/);
  const text = (part === "first" ? words[0] : words.slice(1).join(" ")) ?? "";
  const start = person.start + (part === "first" ? person.text.indexOf(text) : person.text.lastIndexOf(text));
  return { start, end: start + text.length, text, score: text ? person.score : 0 };
}

/** A time of day as it is written. Of several, the one that is named is meant. */
function timesOf(reading: Reading, { times }: Mentions, labels: readonly LabelPlace[]): Named[] {
  return times.map(({ start, end }) => {
    // The sentence's full stop is not part of it, that of "p.m." is.
    const text = reading.text.slice(start, end).replace(/(?<!\.m)\.$/i, "");
    const near = nearness({ start, end }, labels, reading);
    return { start, end: start + text.length, text, score: times.length === 1 || near > 0 ? 0.6 + 0.4 * near : 0 };
  });
}

/** What a concept's values look like, wherever they are. */
export function byConcept(field: Field, { reading, mentions, labels }: FieldReading): Named[] {
  const { text } = reading;
  const key = field.concept?.key ?? "";
  switch (key) {
    case "email":
      return fromMentions(mentions.emails, labels, reading);
    case "phone":
      return fromMentions(mentions.phones, labels, reading);
    case "iban":
      return fromMentions(mentions.ibans, labels, reading);
    case "bic":
      return fromMentions(findBics(text), labels, reading).filter(({ score }) => score > 0.8);
    case "url":
      return fromMentions([...mentions.urls, ...findDomains(text, mentions)], labels, reading);
    case "time":
      return timesOf(reading, mentions, labels);
    case "name":
      return findPeople(text);
    case "first name":
    case "last name":
      return findPeople(text).map((person) => namePart(person, key === "first name" ? "first" : "last"));
    case "doctor":
      return findDoctors(text);
    case "company":
      return findCompanies(text);
    case "origin":
    case "destination":
      return [
        ...findPlaces(text, key === "origin" ? "from" : "to"),
        ...findNamedPlaces(text).map((place) => ({ ...place, score: 0.7 * nearness(place, labels, reading) })),
      ];
    case "city":
      return findPlaces(text, "in");
    case "unit":
      return unitsBehindNumbers(reading, mentions);
    case "country":
      return findCountries(text).map((country) =>
        field.schema.maxLength === 2 ? { ...country, text: country.code } : country,
      );
    case "street":
      return findStreets(text);
    case "position":
      return findPositions(text);
    case "currency":
      return mentions.numbers.flatMap(({ start, end, currency }) =>
        currency ? [{ start, end, text: currency, score: 0.7 }] : [],
      );
    case "postal code":
      return Array.from(text.matchAll(/(?<![\d.,-])\d{5}(?=\s+\p{Lu})/gu), (match) => ({
        start: match.index,
        end: match.index + 5,
        text: match[0],
        score: 0.7,
      }));
    case "title":
      return [...quotedTitles(text), ...headlineOf(field, reading)];
    case "project":
      return quotedTitles(text);
    case "product":
      return [...quotedTitles(text), ...orderedThings(text)];
    case "subject":
    case "summary":
      return headlineOf(field, reading);
    case "description":
      return bodyOf(reading);
    default:
      return [];
  }
}

/**
 * Texts: by their form, by their label, by what introduces them, or by the pattern that the schema asks for.
 *
 * @module
 */

import { type LinearPattern, linearPattern } from "../../../../json-schema/linear-pattern.ts";
import { type Candidate, type LabelPlace, nearness } from "../candidates.ts";
import { codeConcepts, personConcepts } from "../concepts.ts";
import type { Field } from "../fields.ts";
import { labelledTexts } from "../labelled.ts";
import { findAddressesV4, findUuids, type TextMention } from "../mentions/contact-mentions.ts";
import type { Mentions } from "../mentions/mentions.ts";
import type { Reading, Span } from "../reading.ts";
import { codesBehind } from "./codes.ts";
import { findCountries } from "./countries.ts";
import { bodyOf, headlineOf } from "./headline.ts";
import { findCompanies, findPeople, findPlaces, findPositions, findStreets, type Named } from "./names.ts";
import { orderedThings, quotedTitles } from "./things.ts";

const fromMentions = (found: readonly TextMention[], labels: readonly LabelPlace[], reading: Reading): Named[] =>
  found.map((mention) => ({ ...mention, score: 0.6 + 0.4 * nearness(mention, labels, reading) }));

/** Capitalized words or a code right behind a label: "project Apollo", "Modell X 200". */
const BEHIND =
  /^(?:\s+(?:Nr|No)\.?)?\s+(?<name>(?:\p{Lu}|\d)[\p{L}\p{N}'’&./-]*(?:(?<!\p{Ll}{2}\.|\d\.)\s+(?:\p{Lu}|\d)[\p{L}\p{N}'’&./-]*){0,4}|[\p{L}\p{N}]+(?:[-._/][\p{L}\p{N}]+)*[-._/]\p{N}[\p{L}\p{N}._/-]*)/u;
function behindLabels(reading: Reading, labels: readonly LabelPlace[]): Named[] {
  return labels.flatMap((label): Named[] => {
    const name = BEHIND.exec(reading.text.slice(label.end, label.end + 120))?.groups?.name?.replace(/[.,;:!?]+$/u, "");
    if (!name || label.weight < 0.75) return [];
    const start = reading.text.indexOf(name, label.end);
    return [{ start, end: start + name.length, text: name, score: 0.6 * label.weight }];
  });
}

/** First or last name out of whole ones. */
function namePart(person: Named, part: "first" | "last"): Named {
  const words = person.text.replace(/^(?:(?:Dr|Prof|Mr|Mrs|Ms|Herr|Frau)\.?\s+)+/u, "").split(/\s+/);
  const text = (part === "first" ? words[0] : words.slice(1).join(" ")) ?? "";
  const start = person.start + (part === "first" ? person.text.indexOf(text) : person.text.lastIndexOf(text));
  return { start, end: start + text.length, text, score: text ? person.score : 0 };
}

/** What a concept's values look like, wherever they stand. */
function byConcept(field: Field, reading: Reading, mentions: Mentions, labels: readonly LabelPlace[]): Named[] {
  const { text } = reading;
  const key = field.concept?.key ?? "";
  switch (key) {
    case "email":
      return fromMentions(mentions.emails, labels, reading);
    case "phone":
      return fromMentions(mentions.phones, labels, reading);
    case "url":
      return fromMentions(mentions.urls, labels, reading);
    case "name":
      return findPeople(text);
    case "first name":
    case "last name":
      return findPeople(text).map((person) => namePart(person, key === "first name" ? "first" : "last"));
    case "company":
      return findCompanies(text);
    case "origin":
    case "destination":
      return findPlaces(text, key === "origin" ? "from" : "to");
    case "city":
      return findPlaces(text, "in");
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

function byFormat(
  format: unknown,
  reading: Reading,
  mentions: Mentions,
  labels: readonly LabelPlace[],
): Named[] | undefined {
  if (format === "email" || format === "idn-email") return fromMentions(mentions.emails, labels, reading);
  if (typeof format === "string" && /^(?:uri|url|iri)/.test(format))
    return fromMentions(mentions.urls, labels, reading);
  if (format === "uuid") return fromMentions(findUuids(reading.text), labels, reading);
  if (format === "ipv4") return fromMentions(findAddressesV4(reading.text), labels, reading);
  return undefined;
}

const MAX_TOKENS = 5_000;

/** Words of the text that fit the schema's pattern whole. */
function byPattern(pattern: LinearPattern, reading: Reading, labels: readonly LabelPlace[]): Named[] {
  const tokens = Array.from(reading.text.matchAll(/[^\s"'“”„()<>]+/gu)).slice(0, MAX_TOKENS);
  return tokens.flatMap((match): Named[] => {
    const lead = /^[#:,;=]+/.exec(match[0])?.[0].length ?? 0;
    const text = match[0].slice(lead).replace(/[.,;:!?]+$/u, "");
    if (text.length < 2 || !pattern.test(text)) return [];
    const span = { start: match.index + lead, end: match.index + lead + text.length };
    return [{ ...span, text, score: 0.55 + 0.45 * nearness(span, labels, reading) }];
  });
}

function fits(text: string, { schema }: Field, pattern: LinearPattern | undefined): boolean {
  const length = [...text].length;
  if (typeof schema.minLength === "number" && length < schema.minLength) return false;
  if (typeof schema.maxLength === "number" && length > schema.maxLength) return false;
  return text.length > 0 && (pattern?.test(text) ?? true);
}

/** Where a person is asked for, a labelled text must look like one. */
const looksLikePerson = (text: string): boolean => /^\p{Lu}/u.test(text) && !/\d|@/.test(text);
/** "Contact: Jane Porter, jane@example.com" names her before the comma. */
const leadingName = <Found extends { text: string; start: number; end: number }>(found: Found): Found => {
  const text = found.text.split(/\s*[,;(|]/, 1)[0] ?? "";
  return { ...found, text, end: found.start + text.length };
};
const isFullName = (text: string): boolean => looksLikePerson(text) && /\s\p{Lu}/u.test(text);

/** The texts that may belong to a field. */
export function textCandidates(
  field: Field,
  reading: Reading,
  mentions: Mentions,
  labels: readonly LabelPlace[],
): Candidate[] {
  const { schema } = field;
  const compiled = typeof schema.pattern === "string" ? linearPattern(schema.pattern) : undefined;
  const pattern = typeof compiled === "string" ? undefined : compiled;
  const key = field.concept?.key ?? "";
  const isPerson = personConcepts.has(key);
  const labelled = labelledTexts(reading, labels, key === "description" ? "body" : "value")
    .map((found) => (isPerson ? leadingName(found) : found))
    .filter(({ text }) => !isPerson || looksLikePerson(text))
    .map(({ weight, ...found }): Named => ({ ...found, score: 0.92 * weight }));
  const wantsCode =
    codeConcepts.has(key) ||
    /\b(?:id|code|number|nummer|no|nr|reference|referenz)\b/u.test(field.labels[0]?.words.join(" ") ?? "");
  const codes = wantsCode ? codesBehind(reading, labels, mentions, key === "room number") : [];
  const formal = byFormat(schema.format, reading, mentions, labels);
  const contact = ["email", "phone", "url"].includes(key);
  const found = formal ?? [
    ...byConcept(field, reading, mentions, labels),
    ...codes,
    ...(contact || (wantsCode && codes.length > 0) ? [] : labelled),
    ...(contact || key === "description"
      ? []
      : behindLabels(reading, labels).filter(({ text }) => !isPerson || isFullName(text))),
    ...(pattern ? byPattern(pattern, reading, labels) : []),
  ];
  const inside = (span: Span) => ({ start: span.start, end: span.end });
  return found
    .filter(({ text }) => fits(text, field, pattern))
    .map((one) => ({
      ...inside(one),
      value: one.text,
      score: Math.min(1, one.score),
      claim: key === "description" ? "body" : "text",
    }));
}

/**
 * Texts: by their form, by their label, by what introduces them, or by the pattern that the schema asks for.
 *
 * @module
 */

import { type LinearPattern, linearPattern } from "../../../../json-schema/linear-pattern.ts";
import { type Candidate, type FieldReading, type LabelPlace, nearness } from "../candidates.ts";
import { codeConcepts, personConcepts } from "../concepts.ts";
import { type Field, wordsOfName } from "../fields.ts";
import { labelledTexts } from "../labelled.ts";
import { findAddressesV4, findUuids } from "../mentions/contact-mentions.ts";
import { isCut, overlaps, type Reading, type Span } from "../reading.ts";
import { byConcept, fromMentions } from "./by-concept.ts";
import { codesBehind } from "./codes.ts";
import type { Named } from "./names.ts";
import { findStreets } from "./places.ts";

/** Capitalized words or a code right behind a label: "project Apollo", "Modell X 200". */
const BEHIND =
  /^(?:[ \t]+(?:Nr|No)\.?)?[ \t]+(?<name>(?:\p{Lu}|\d)[\p{L}\p{N}'’&./-]*(?:(?<!\p{Ll}{2}\.|\d\.)[ \t]+(?:\p{Lu}|\d)[\p{L}\p{N}'’&./-]*){0,4}|[\p{L}\p{N}]+(?:[-._/][\p{L}\p{N}]+)*[-._/]\p{N}[\p{L}\p{N}._/-]*)/u;

function behindLabels(reading: Reading, labels: readonly LabelPlace[]): Named[] {
  return labels.flatMap((label): Named[] => {
    const name = BEHIND.exec(reading.text.slice(label.end, label.end + 120))?.groups?.name?.replace(/[.,;:!?]+$/u, "");
    if (!name || label.weight < 0.75) return [];
    const start = reading.text.indexOf(name, label.end);
    if (isCut(reading.text, { start, end: start + name.length })) return [];
    // "4711 12 chairs": nobody knows whether the second number belongs to the first.
    if (/^\d+(?: \d+)+$/.test(name) && /^\s+\p{L}/u.test(reading.text.slice(start + name.length))) return [];
    return [{ start, end: start + name.length, text: name, score: 0.6 * label.weight }];
  });
}

function byFormat(format: unknown, { reading, mentions, labels }: FieldReading): Named[] | undefined {
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
/** "Second driver: none" states that there is none. */
const NOTHING = /^(?:none|nobody|no one|n\/a|nothing|keine?[rsn]?|niemand|nichts|entfällt|[-–—]+)$/iu;
/** Concepts whose values are names, which no date is: "from May". */
const NAMES: ReadonlySet<string> = new Set([...personConcepts, "company", "city", "origin", "destination"]);
const isFullName = (text: string): boolean => looksLikePerson(text) && /\s\p{Lu}/u.test(text);

/** Words between a qualifier and the last part of an address. */
const QUALIFIED = 12;
const QUALIFIERS = [/^(?:new|neue?[nrsm]?)$/u, /^(?:old|previous|former|alte?[nrsm]?|bisherige?[nrsm]?)$/u] as const;

/** 0 for what is new ("new_address"), 1 for what was before. */
function qualifierOf({ path }: Field): 0 | 1 | undefined {
  const words = path.flatMap(wordsOfName);
  const side = QUALIFIERS.findIndex((pattern) => words.some((word) => pattern.test(word)));
  return side === 0 || side === 1 ? side : undefined;
}

/** "Old address: ... New address: ...": the nearest of the two words before a value says which it is. */
function contradicts({ start }: Span, side: 0 | 1, { words, wordAt }: Reading): boolean {
  for (let at = wordAt(start) - 1; at >= 0 && at >= wordAt(start) - QUALIFIED; at--) {
    const said = QUALIFIERS.findIndex((pattern) => pattern.test(words[at]?.lower ?? ""));
    if (said >= 0) return said !== side;
  }
  return false;
}

/** The texts that may belong to a field. */
export function textCandidates(field: Field, within: FieldReading): Candidate[] {
  const { reading, mentions, labels } = within;
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
  const codes = wantsCode ? codesBehind(within, { short: key === "room number" }) : [];
  const formal = byFormat(schema.format, within);
  const contact = ["email", "phone", "url", "iban", "bic"].includes(key);
  const found = formal ?? [
    ...byConcept(field, within),
    ...codes,
    ...(contact || (wantsCode && codes.length > 0) ? [] : labelled),
    ...(contact || key === "description"
      ? []
      : behindLabels(reading, labels).filter(({ text }) => !isPerson || isFullName(text))),
    ...(pattern ? byPattern(pattern, reading, labels) : []),
  ];
  const streets = key === "city" ? findStreets(reading.text) : [];
  const calendar = [...mentions.dates, ...mentions.times];
  const inside = (span: Span) => ({ start: span.start, end: span.end });
  const side = qualifierOf(field);
  return found
    .filter((one) => side === undefined || !contradicts(one, side, reading))
    .filter(({ text }) => fits(text, field, pattern) && !NOTHING.test(text))
    .filter((one) => key !== "city" || !streets.some((street) => overlaps(street, one)))
    .filter((one) => !NAMES.has(key) || !calendar.some((mention) => overlaps(mention, one)))
    .map((one) => ({
      ...inside(one),
      value: one.text,
      score: Math.min(1, one.score),
      claim: key === "description" ? "body" : "text",
    }));
}

/**
 * Tells a class by its words: those of its name count most, those of its description less, and what several classes have in
 * common hardly at all.
 *
 * @module
 */

import type { Language } from "./languages.ts";
import { wordsOfName } from "./normalize/fields.ts";
import { phrasePlaces } from "./normalize/fill/phrases.ts";
import { type Reading, readRequest, type Span } from "./normalize/reading.ts";
import { synonymsOf } from "./normalize/value-synonyms.ts";

/** A class by its name alone, or with a description of what belongs to it. */
export type ClassDescription = string | { readonly name: string; readonly description?: string | undefined };

/** The class of a text by its words. */
export interface ClassByWords {
  /** Null when no class is ahead. */
  readonly class: string | null;
  /** How far it is ahead, and by how much evidence; 0 to 1. */
  readonly confidence: number;
  /** By class, its share of all that was found; none when nothing was. */
  readonly scores: Readonly<Record<string, number>>;
  /** Where the class shows best. */
  readonly place: Span | null;
}

/** What papers of offices are called, in English and German. */
const kinds = [
  ["invoice", "bill", "rechnung"],
  ["credit note", "gutschrift"],
  ["reminder", "dunning", "mahnung", "zahlungserinnerung"],
  ["offer", "quote", "quotation", "angebot", "kostenvoranschlag"],
  ["order", "purchase order", "bestellung", "auftrag"],
  ["delivery note", "lieferschein"],
  ["receipt", "quittung", "beleg"],
  ["contract", "agreement", "vertrag"],
  ["termination", "cancellation", "kündigung", "stornierung"],
  ["complaint", "beschwerde", "reklamation"],
  ["application", "bewerbung", "antrag"],
  ["letter", "dear", "brief", "schreiben", "sehr geehrte"],
  ["minutes", "protokoll"],
  ["report", "bericht"],
  ["resume", "cv", "curriculum vitae", "lebenslauf"],
  ["payslip", "gehaltsabrechnung", "lohnabrechnung"],
  ["certificate", "zeugnis", "bescheinigung", "zertifikat"],
] as const;

const WEIGHTS = { name: 3, synonym: 2, description: 1 } as const;
/** The beginning of a text counts more than the rest. */
const HEAD_CHARACTERS = 400;
const HEAD_WEIGHT = 2;
/** Two words of the name, or several of the description, are enough to be sure. */
const ENOUGH = 4;
/** By which share the first class has to be ahead of the second. */
const LEAST_LEAD = 0.1;

interface Term {
  readonly phrase: string;
  readonly weight: number;
}

const nameOf = (each: ClassDescription): string => (typeof each === "string" ? each : each.name);

function termsOf(each: ClassDescription, language: Language): Term[] {
  const name = wordsOfName(nameOf(each)).join(" ");
  const others = kinds.filter((kind) => kind.some((word) => word === name)).flat();
  const description = typeof each === "string" ? "" : (each.description ?? "");
  const words = wordsOfName(description).filter((word) => word.length > 2 && !language.isStopWord(word));
  const terms: Term[] = [
    { phrase: name, weight: WEIGHTS.name },
    ...[...others, ...synonymsOf(name)].map((phrase) => ({ phrase, weight: WEIGHTS.synonym })),
    ...words.map((phrase) => ({ phrase, weight: WEIGHTS.description })),
  ];
  const seen = new Set<string>();
  return terms.filter(({ phrase }) => phrase !== "" && !seen.has(phrase) && seen.add(phrase));
}

interface Scored {
  readonly score: number;
  readonly best: { readonly place: Span; readonly score: number } | undefined;
}

/** @param share how specific a term is: 1 when only this class has it, 0 when all have it */
function scoreOf(terms: readonly Term[], reading: Reading, share: (phrase: string) => number): Scored {
  let score = 0;
  let best: Scored["best"];
  for (const { phrase, weight } of terms) {
    const places = phrasePlaces(phrase, reading);
    const [first] = places;
    if (!first) continue;
    const head = first.start < HEAD_CHARACTERS ? HEAD_WEIGHT : 1;
    const own = weight * share(phrase) * head * (1 + Math.log(places.length));
    score += own;
    if (own > (best?.score ?? 0)) best = { place: first, score: own };
  }
  return { score, best };
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/** The same text always gets the same answer. */
export function classByWords(text: string, classes: readonly ClassDescription[], language: Language): ClassByWords {
  const reading = readRequest(text, language);
  const terms = classes.map((each) => termsOf(each, language));
  const counts = new Map<string, number>();
  for (const { phrase } of terms.flat()) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  const share = (phrase: string) => 1 - ((counts.get(phrase) ?? 1) - 1) / Math.max(1, classes.length - 1);
  const scored = classes.map((each, index) => ({
    name: nameOf(each),
    ...scoreOf(terms[index] ?? [], reading, share),
  }));
  const sum = scored.reduce((total, { score }) => total + score, 0);
  if (sum === 0) return { class: null, confidence: 0, scores: {}, place: null };
  const [first, second] = [...scored].sort((a, b) => b.score - a.score);
  const scores = Object.fromEntries(scored.map(({ name, score }) => [name, rounded(score / sum)]));
  const lead = first && second ? (first.score - second.score) / first.score : 0;
  if (!first || lead < LEAST_LEAD) return { class: null, confidence: 0, scores, place: null };
  const confidence = rounded(lead * Math.min(1, first.score / ENOUGH));
  return { class: first.name, confidence, scores, place: first.best?.place ?? null };
}

import { conceptOf, moneyConcepts } from "./embedded/normalize/concepts.ts";
import { type Schema, wordsOfName } from "./embedded/normalize/fields.ts";
import { valuesOf } from "./embedded/normalize/fill/enum.ts";
import { phrasePlaces } from "./embedded/normalize/fill/phrases.ts";
import { isCut } from "./embedded/normalize/reading.ts";
import { convert, unitOf } from "./embedded/normalize/units.ts";
import { synonymsOf } from "./embedded/normalize/value-synonyms.ts";
import { type EvidenceReading, fold } from "./evidence-reading.ts";

/** Weights of the table in confidence.ts. */
const VERBATIM = 1;
const NOTATION = 0.9;
const MEANING = 0.7;
const PARTIAL = 0.6;
/** Share that is left where nothing in the request names the property. */
const THIN = 0.7;

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Whether a text is in the request, not as a part of a longer word. */
function standsIn(text: string, { folded }: EvidenceReading): boolean {
  const wanted = fold(text);
  if (!wanted) return false;
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    const [before = "", after = ""] = [folded[at - 1], folded[at + wanted.length]];
    const joinsBefore = LETTER_OR_DIGIT.test(before) && LETTER_OR_DIGIT.test(wanted.charAt(0));
    const joinsAfter = LETTER_OR_DIGIT.test(after) && LETTER_OR_DIGIT.test(wanted.charAt(wanted.length - 1));
    // A number that the request carries on is another number.
    const cut = isCut(folded, { start: at, end: at + wanted.length });
    if (!joinsBefore && !joinsAfter && !cut) return true;
  }
  return false;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/;
const TIME = /^(\d{2}:\d{2}):\d{2}/;

/** Dates and times in another notation; of a date and a time, each counts for half. */
function ofCalendar(text: string, { dates, times }: EvidenceReading): number | undefined {
  if (DATE.test(text)) return dates.has(text) ? NOTATION : 0;
  const both = DATE_TIME.exec(text);
  if (both) return ((dates.has(both[1] ?? "") ? NOTATION : 0) + (times.has(both[2] ?? "") ? NOTATION : 0)) / 2;
  const time = TIME.exec(text);
  return time ? (times.has(time[1] ?? "") ? NOTATION : 0) : undefined;
}

/** The share of a text's words that the request holds in any form. */
function partOf(text: string, { reading }: EvidenceReading): number {
  const words = wordsOfName(text).filter((word) => word.length > 1 && !reading.language.isStopWord(word));
  if (words.length === 0) return 0;
  return words.filter((word) => reading.find(word).length > 0).length / words.length;
}

function ofEnum(value: string, schema: Schema, evidence: EvidenceReading): number | undefined {
  const entry = valuesOf(schema).find((known) => known.value === value);
  if (!entry) return undefined;
  const says = (phrase: string) => phrasePlaces(phrase, evidence.reading).length > 0;
  if (evidence.currencies.has(value) || says(entry.name)) return NOTATION;
  return [...entry.described, ...synonymsOf(entry.name)].some(says) ? MEANING : 0;
}

function ofText(text: string, schema: Schema, evidence: EvidenceReading): number {
  if (standsIn(text, evidence)) return VERBATIM;
  const known = ofCalendar(text, evidence) ?? ofEnum(text, schema, evidence);
  if (known !== undefined) return known;
  if (evidence.currencies.has(text)) return NOTATION;
  const part = partOf(text, evidence);
  return part === 1 ? NOTATION : part * PARTIAL;
}

/** A property: its name, and the schema of its value. */
interface NamedSchema {
  readonly name: string;
  readonly schema: Schema;
}

/** A number as digits or words, or in another unit of the same kind. */
function ofNumber(value: number, { name, schema }: NamedSchema, { numbers, folded }: EvidenceReading): number {
  if (numbers.has(value)) {
    return new RegExp(`(?<![\\d.,])${String(value).replace(".", "\\.")}(?![\\d]|[.,]\\d)`).test(folded)
      ? VERBATIM
      : NOTATION;
  }
  const description = typeof schema.description === "string" ? schema.description : "";
  const unit = [...wordsOfName(name), ...wordsOfName(description)].map(unitOf).find((found) => found !== undefined);
  if (!unit) return 0;
  for (const match of folded.matchAll(/(\d+(?:[.,]\d+)?)\s?(%|\p{L}+[²³]?)/gu)) {
    const other = unitOf(match[2] ?? "");
    const amount = Number((match[1] ?? "").replace(",", "."));
    if (other && convert(amount, other, unit) === value) return NOTATION;
  }
  return 0;
}

/** How far the request speaks of a property at all, by its name or one that means the same. */
function mentionOf(name: string, { reading }: EvidenceReading): number {
  const words = wordsOfName(name);
  const names = [words.join(" "), ...(conceptOf(words.join(" "))?.names ?? [])];
  if (names.some((phrase) => phrasePlaces(phrase, reading).length > 0)) return MEANING;
  const content = words.filter((word) => word.length > 3);
  const found = content.filter((word) => reading.find(word).length > 0).length;
  return content.length === 0 ? 0 : (PARTIAL * found) / content.length;
}

/** Concepts whose values are known by their form, wherever they are. */
const FORMAL: ReadonlySet<string> = new Set([
  "email",
  "phone",
  "url",
  "iban",
  "bic",
  "currency",
  "postal code",
  "unit",
]);

/** Whether a value is in the request without anything that says which property it belongs to. */
function isThin(value: string | number, { name, schema }: NamedSchema, evidence: EvidenceReading): boolean {
  if (!evidence.known || name === "" || valuesOf(schema).length > 0 || "format" in schema || "pattern" in schema)
    return false;
  const words = wordsOfName(name);
  const key = conceptOf(words.join(" "))?.key ?? "";
  if (typeof value === "number" && (moneyConcepts.has(key) || words.some((word) => unitOf(word)))) return false;
  return !isKnownByForm(value, name, evidence) && mentionOf(name, evidence) === 0;
}

/** Whether a value's own form, or what introduces it, says which property it belongs to. */
export function isKnownByForm(value: string | number, name: string, evidence: EvidenceReading): boolean {
  const key = conceptOf(wordsOfName(name).join(" "))?.key ?? "";
  return FORMAL.has(key) || (typeof value === "string" && evidence.introduced.has(`${key} ${fold(value)}`));
}

/** How well the request bears out the value of one property, 0 to 1. */
export function evidenceFor(
  value: string | number | boolean,
  property: NamedSchema,
  evidence: EvidenceReading,
): number {
  if (typeof value === "boolean") return mentionOf(property.name, evidence);
  const found =
    typeof value === "string" ? ofText(value, property.schema, evidence) : ofNumber(value, property, evidence);
  return isThin(value, property, evidence) ? THIN * found : found;
}

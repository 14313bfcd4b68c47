/**
 * Keywords in whatever form of list a model gives them.
 *
 * @module
 */

import { ExactInteger } from "../../json-schema/exact-integer.ts";
import { isObject } from "../../json-schema/json-pointer.ts";
import { decoded } from "./json-values.ts";
import { noAnswerIn } from "./not-an-answer.ts";

/** Longer ones are sentences. */
const MAX_CHARACTERS = 200;
const LABELS = [
  "keyword",
  "keywords",
  "keyphrase",
  "phrase",
  "term",
  "name",
  "text",
  "word",
  "token",
  "value",
  "tag",
  "schlagwort",
  "stichwort",
];

const BULLET =
  /^\s*(?:[-*•–—+→➔➤▶►▪◦‣∙●○■□✓✔★☆>»]\uFE0F?|\d\uFE0F?\u20E3|[\u2460-\u24FF\u2776-\u2793]|[\u2705\u{1F300}-\u{1FAFF}]\uFE0F?(?=\s)|\(?\d{1,3}[.):]|\(?[a-z][.)](?=\s)|(?:[ivx]{1,4})[.)](?=\s)|(?:[Kk]ey ?(?:word|phrase)|[Tt]erm|[Ss]chlagwort|[Ss]tichwort) ?\d{1,2}\s*:(?=\s)|#(?=\S))\s*(?:\[[ xX]?\]\s*)?/u;
const LIST_LABEL =
  /^\s*[*_#]{0,3}\s*(?:here (?:are|is)[^\n:]{0,80}|sure[^\n:]{0,80}|(?:the |die )?(?:(?:most important|main|top|wichtigsten|zentralen|relevantesten) )?(?:key ?words?|key ?phrases|terms|tags|schlüssel(?:wörter|begriffe)|schlagwörter|stichwörter|stichworte)[^\n:]{0,40})[*_]{0,3}\s*[::][^\S\n]*[*_]{0,3}[^\S\n]*/i;
/** Words for an empty list. */
const NOTHING = /^(?:null|none|nil|undefined|n\/a|no keywords?|keine?)$/i;
const UNKNOWN =
  /^(?:unknown|not (?:available|applicable|found|specified)|sorry|unbekannt|(?:now )?(?:extract|answer with) .*\bkeywords\b.*)[.!]?$/i;
/** Words of agreement, which some models answer with. */
const ASSENT =
  /^(?:ok(?:ay)?|sure|yes|no|done|understood|hello|hi|thanks?|ja|nein|klar|gerne?|verstanden|danke)[.!]?$/i;
/** Property names of an error message. */
const MESSAGE = /^(?:error|errors|message|detail|refusal|reason|note|status|warning)$/i;
/** What addresses the reader is not a keyword. */
const SPOKEN = /\b(?:i|i['’]m|me|my|you|your|sorry|unfortunately|ich|mir|leider|sie mir)\b/i;

const NAMED = /^(?:key_?(?:words|phrases)|terms|tags|schlagw|stichw)/i;
const isLabelled = (object: Record<string, unknown>): string | undefined =>
  LABELS.find((label) => typeof object[label] === "string");

/** One keyword of a JSON list: a string, a number, or an object with the word and, say, a score. */
function phraseOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (value instanceof ExactInteger) return value.digits;
  if (Array.isArray(value)) return value.map(phraseOf).find((phrase) => phrase !== undefined);
  if (!isObject(value)) return undefined;
  const label = isLabelled(value) ?? Object.keys(value).find((key) => typeof value[key] === "string");
  return label === undefined ? undefined : String(value[label]);
}

/** Commas, semicolons and line ends; others only where there are none of these. */
function split(text: string): string[] {
  const separators = [/\s*[,;\n、，；]\s*/, /\s+[|·•/]\s+/, /\s+(?=#\p{L})/u];
  const parts = separators.map((separator) => text.split(separator).filter((item) => item.trim() !== ""));
  return parts.find((items) => items.length > 1) ?? [text];
}

/** Items without content: `null`, blanks. */
const isBlank = (value: unknown): boolean => value === null || (typeof value === "string" && value.trim() === "");

/** Where objects name their words as nothing here does: the texts that differ most. */
function commonName(values: readonly unknown[]): string | undefined {
  const objects = values.filter(isObject);
  if (objects.length < 2 || objects.length < values.length || objects.some((each) => isLabelled(each)))
    return undefined;
  const [first = {}] = objects;
  const names = Object.keys(first).filter((name) => objects.every((each) => typeof each[name] === "string"));
  const variety = (name: string) => new Set(objects.map((each) => each[name])).size;
  return names.length > 1 ? names.toSorted((one, other) => variety(other) - variety(one))[0] : undefined;
}

/** Names of what a model thought before. */
const BESIDE = /think|thought|reason|analysis|reflection|error|example/i;

/** The keywords in a JSON value: `{"keywords": ...}` or the list itself. @returns undefined when it holds none */
export function keywordsInValue(value: unknown): string[] | undefined {
  if (Array.isArray(value)) {
    const name = commonName(value);
    if (name !== undefined) return keywordsInValue(value.map((each) => (isObject(each) ? each[name] : each)));
    const phrases = value.filter((each) => !isBlank(each)).map(phraseOf);
    return phrases.every((phrase) => phrase !== undefined) ? phrases : undefined;
  }
  if (!isObject(value)) return undefined;
  const names = Object.keys(value);
  const named = names.find((each) => NAMED.test(each));
  const arrays = names.filter((each) => Array.isArray(value[each]) && !BESIDE.test(each));
  const name = named ?? (arrays.length === 1 ? arrays[0] : names[0]);
  if (name === undefined) return undefined;
  const list = decoded(value[name], /^\s*\[/);
  if (named === undefined && names.every((each) => MESSAGE.test(each))) return undefined;
  // An empty list beside an error is the error.
  const said = value.error ?? value.refusal;
  if (typeof said === "string" && said.trim() !== "" && (!Array.isArray(list) || list.length === 0)) return undefined;
  // `{"result": {"keywords": [...]}}`, and the arguments of a call.
  const inner = value.arguments ?? value.parameters ?? (names.length === 1 ? list : undefined);
  if (named === undefined && isObject(inner) && Object.keys(inner).some((each) => NAMED.test(each)))
    return keywordsInValue(inner);
  // An empty list under another name is not one of keywords.
  if (named === undefined && Array.isArray(list) && list.length === 0) return undefined;
  if (names.length > 1 && names.every((each) => /^key_?word_?\d/i.test(each)))
    return keywordsInValue(Object.values(value));
  if (typeof list === "string") return names.length === 1 || /^key/i.test(name) ? split(list) : undefined;
  if (named === undefined && arrays.length > 1 && arrays.length === names.length)
    return keywordsInValue(Object.values(value).flat());
  if (Array.isArray(list)) return keywordsInValue(list);
  // Lists by their rank or kind.
  const lists = isObject(list) && named !== undefined ? Object.values(list) : Object.values(value);
  if (lists.length > 0 && lists.every(Array.isArray)) return keywordsInValue(lists.flat());
  // Words with their scores.
  if (isObject(list) && Object.values(list).every((score) => typeof score === "number")) return Object.keys(list);
  const scores = Object.values(value);
  return scores.length > 1 && scores.every((score) => typeof score === "number") ? names : undefined;
}

const clean = (item: string): string =>
  item
    .replace(BULLET, "")
    .replace(/^[*_`"'“”‘’«»\s]+|[*_`"'“”‘’«»\s]+$/gu, "")
    .replace(/\s+\((?:\d+(?:\.\d+)?|score[^)]*)\)$/i, "");

interface Listed {
  readonly items: readonly string[];
  /** Most words of an item: the less the form looks like a list, the fewer. */
  readonly maxWords: number;
}

/** The rows of a Markdown table, their first cell that is not a number. @returns undefined when the lines are not a table */
function tableRows(lines: readonly string[]): string[] | undefined {
  const rule = lines.findIndex((line) => /^\s*\|?\s*:?-{3,}/.test(line));
  if (rule < 1 || !lines.every((line) => line.includes("|"))) return undefined;
  const cells = (line: string) => line.split("|").map((cell) => cell.trim());
  return lines.slice(rule + 1).flatMap((line) => cells(line).find((cell) => /\p{L}/u.test(cell)) ?? []);
}

/** The column of keywords in lines of CSV with a head. @returns undefined when there is none */
function csvRows([head = "", ...rows]: readonly string[]): string[] | undefined {
  const column = head
    .split(/[,;\t]/)
    .findIndex((cell) => /^\s*"?(?:keyword|key ?phrase|term|phrase|stichwort|schlagwort)"?\s*$/i.test(cell));
  if (column < 0 || rows.length === 0 || !/[,;\t]/.test(head)) return undefined;
  return rows.map((row) => row.split(/[,;\t]/)[column] ?? "");
}

/** A list in the brackets of a language: `keywords = ('alpha', 'beta')`, `[alpha, beta]`. */
const withoutBrackets = (text: string): string =>
  /^\s*(?:\w+\s*=\s*)?[[({]([^[\](){}]*)[\])}];?\s*$/.exec(text)?.[1] ?? text;

/** A score behind each of the items. */
const SCORE = /\s*(?:[:|\t=]|\s[-–—])\s*(?:0?\.\d+|1(?:\.0+)?|\d{1,3}(?:\.\d+)?%?)\s*$/;
const withoutScores = (items: readonly string[]): readonly string[] =>
  items.length > 1 && items.every((item) => SCORE.test(item)) ? items.map((item) => item.replace(SCORE, "")) : items;

/** `alpha - the first letter`, where each item is explained. */
function withoutExplanations(items: readonly string[]): readonly string[] {
  const EXPLAINED = /^(.{2,60}?)[*_]{0,3}\s*(?::[*_]{0,3}|\s[-–—])\s+\S.*$/;
  return items.length > 1 && items.every((item) => EXPLAINED.test(item.replace(BULLET, "")))
    ? items.map((item) =>
        item.replace(BULLET, "- ").replace(/(?<=^- ).*$/, (rest) => EXPLAINED.exec(rest)?.[1] ?? rest),
      )
    : items;
}

const HTML_ITEM =
  /<(?:li|keyword|item|term|tag|phrase)\b[^>]*>([^<]*(?:<(?!\/?(?:li|keyword|item|term|tag|phrase)\b)[^<]*)*)<\/(?:li|keyword|item|term|tag|phrase)>/gi;
const ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"];
/** Lines that are counted by capitals or Roman numbers: "C. elegans" alone is none of them. */
function withoutCapitals(lines: readonly string[]): readonly string[] {
  const isCounted = (number: (at: number) => string | undefined) =>
    lines.length > 1 && lines.every((line, at) => new RegExp(`^\\s*${number(at)}[.)]\\s`).test(line));
  return isCounted((at) => String.fromCharCode(65 + at)) || isCounted((at) => ROMAN[at])
    ? lines.map((line) => line.replace(/^\s*[A-Z]+[.)]/, "-"))
    : lines;
}

/** The head of a list of one column. */
const HEAD = /^\s*(?:keywords?|key ?phrases?|terms?|schlüssel(?:wort|wörter)|schlagwörter|stichwörter)\s*:?\s*$/i;

function listed(text: string): Listed {
  const html = [...text.matchAll(HTML_ITEM)].map(([, item = ""]) => `- ${item.replace(/<[^>]*>/g, "")}`);
  if (html.length > 0) return { items: html, maxWords: 8 };
  const all = withoutBrackets(BULLET.test(text) ? text : text.replace(LIST_LABEL, ""))
    .split("\n")
    .filter((line) => line.trim() !== "");
  const rows = tableRows(all) ?? csvRows(all);
  if (rows) return { items: rows, maxWords: 8 };
  const lines = withoutCapitals(all.length > 1 && HEAD.test(all[0] ?? "") ? all.slice(1) : all);
  const bullets = lines.filter((line) => BULLET.test(line));
  // A sentence before and one after the list are not part of it.
  if (bullets.length > 0 && bullets.length >= lines.length - 2 && !(lines.length === 1 && /\s#\p{L}/u.test(text))) {
    return { items: withoutExplanations(bullets), maxWords: 8 };
  }
  if (lines.length > 1) return { items: lines, maxWords: 5 };
  const [line = ""] = lines;
  const items = split(line.replace(/\.\s*$/, "")).map((item) => item.replace(/^(?:and|und|or|oder)\s+/i, ""));
  return { items, maxWords: /\.\s*$/.test(line) ? 3 : 4 };
}

/** A list, and a last paragraph about it. */
const WITH_REMARK = /^([\s\S]*?\S)\s*\n\s*\n[^\n]{0,300}[.!?]\s*$/;

/**
 * The keywords in a text that holds no JSON: bullets, numbers, lines, commas.
 * @param source the text that the model was given: what stands there is not said to the reader
 * @returns undefined when it is not a list
 */
export function keywordsInText(text: string, source: string): string[] | undefined {
  const found = keywordsOfList(text, source);
  const list = found ? undefined : WITH_REMARK.exec(text)?.[1];
  if (list === undefined) return found;
  const words = keywordsOfList(list, source);
  const isList = LIST_LABEL.test(list) || words?.every((word) => folded(source).includes(folded(word)));
  return isList ? words : undefined;
}

function keywordsOfList(text: string, source: string): string[] | undefined {
  // JSON that does not end is not a list in words.
  if (/^\s*(?:```\w*\s*)?(?:\{\s*["'][^"'\n]*["']\s*:|\[\s*["'{](?![\s\S]*\]))/.test(text)) return undefined;
  const { items, maxWords } = listed(text);
  const words = withoutScores(items)
    .map(clean)
    .filter((item) => item !== "");
  const isMarked = LIST_LABEL.test(text) || items.some((item) => BULLET.test(item));
  if (words.length === 0) return undefined;
  // One or two words alone are a keyword, unless they say that there is none.
  if (words.length === 1 && !isMarked && !/^\p{L}[\p{L}\p{N}-]*(?: [\p{L}\p{N}-]+)?$/u.test(words[0] ?? ""))
    return undefined;
  const isOfSource = (word: string) => words.length > 1 && folded(source).includes(folded(word));
  if (words.every((word) => ASSENT.test(word) && !isOfSource(word))) return undefined;
  if (words.some((word) => NOTHING.test(word) && !isOfSource(word)) || words.every((word) => /^\p{L}$/u.test(word)))
    return undefined;
  const isProse = (item: string) => item.split(/\s+/).length > maxWords || /[.!?:]$/.test(item) || SPOKEN.test(item);
  return words.some((word) => isProse(word) && !isOfSource(word)) ? undefined : words;
}

/** Folds case as Unicode does, so that "Straße" and "STRASSE" are the same word. */
const folded = (phrase: string): string => phrase.normalize("NFKC").toUpperCase().toLowerCase();

/** Stands for a keyword in an example of the form. */
const PLACEHOLDER =
  /^[<[{]{0,2}(?:(?:first|second|third|fourth|fifth|another|most important|your|erstes|zweites|drittes) (?:key ?word|phrase|term|schlagwort|stichwort)|key ?words?[ _]?\d*|schlagwort ?\d*|stichwort ?\d*|phrase ?\d*|term ?\d*|example ?\d*|string|word ?\d*|\.{3}|…)[>\]}]{0,2}$/i;

/** Whether keywords show the form alone. */
export const areExamples = (phrases: readonly string[], source: string): boolean =>
  phrases.length > 0 && phrases.every((phrase) => PLACEHOLDER.test(phrase.trim()) && !source.includes(phrase.trim()));

/** More words than a phrase has. */
const MAX_WORDS = 10;

/**
 * Keywords without what is said around them in the list: that there is none, an error, a sentence.
 * @param source the text that the model was given: what stands there may be a keyword
 */
export function withoutTalk(phrases: readonly string[], source: string): string[] {
  const known = folded(source);
  return phrases.filter((phrase) => {
    const text = phrase.trim();
    // A small model may take a whole sentence of the text, which is long for a keyword and yet of the text.
    if (text === "" || (known.includes(folded(text)) && folded(text) !== known.trim())) return true;
    if (
      !/[\p{L}\p{N}\p{So}]/u.test(text) ||
      NOTHING.test(text) ||
      UNKNOWN.test(text) ||
      noAnswerIn(text, source) !== undefined
    )
      return false;
    return text.split(/\s+/).length <= MAX_WORDS && !(/[.!:]$/.test(text) && /\s/.test(text));
  });
}

/** Marks of a list or of emphasis that are before every keyword. */
function withoutMarks(phrases: readonly string[]): readonly string[] {
  const plain = phrases.map((phrase) => phrase.replace(/^[*_`]{1,3}(.+?)[*_`]{1,3}$/, "$1"));
  return plain.length > 1 && plain.every((phrase) => BULLET.test(phrase))
    ? plain.map((phrase) => phrase.replace(BULLET, ""))
    : plain;
}

/** Most important first, without blanks, without sentences and without what differs only in case. */
export function distinctKeywords(phrases: readonly string[]): string[] {
  const byFolded = new Map<string, string>();
  for (const phrase of withoutMarks(phrases)) {
    const text = phrase.replace(/\s+/g, " ").trim();
    if (!/[\p{L}\p{N}\p{So}]/u.test(text) || text.length > MAX_CHARACTERS) continue;
    const key = folded(text);
    if (!byFolded.has(key)) byFolded.set(key, text);
  }
  return [...byFolded.values()];
}

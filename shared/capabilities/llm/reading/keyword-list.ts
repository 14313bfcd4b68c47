/**
 * Keywords in whatever form of list a model gives them.
 *
 * @module
 */

import { ExactInteger } from "../../json-schema/exact-integer.ts";
import { isObject } from "../../json-schema/json-pointer.ts";

/** Longer ones are sentences. */
const MAX_CHARACTERS = 200;
const LABELS = ["keyword", "keywords", "phrase", "term", "name", "text", "word", "value", "schlagwort", "stichwort"];

const BULLET = /^\s*(?:[-*•–—+]|\(?\d{1,3}[.):]|#(?=\S))\s*/;
const LIST_LABEL =
  /^\s*[*_#]{0,3}\s*(?:here (?:are|is)[^\n:]{0,80}|sure[^\n:]{0,80}|(?:the )?(?:key ?words?|key ?phrases|terms|tags|schlüssel(?:wörter|begriffe)|schlagwörter|stichwörter|stichworte)[^\n:]{0,40})[*_]{0,3}\s*[::]\s*[*_]{0,3}\s*/i;
/** What is said to the reader is not a keyword. */
const SPOKEN = /\b(?:i|i['’]m|me|my|you|your|sorry|unfortunately|ich|mir|leider|sie mir)\b/i;

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

const split = (text: string): string[] => text.split(/\s*[,;\n、，；]\s*/).filter((item) => item.trim() !== "");

/** The keywords in a JSON value: `{"keywords": ...}` or the list itself. @returns undefined when it holds none */
export function keywordsInValue(value: unknown): string[] | undefined {
  if (Array.isArray(value)) {
    const phrases = value.map(phraseOf);
    return phrases.every((phrase) => phrase !== undefined) ? phrases : undefined;
  }
  if (!isObject(value)) return undefined;
  const names = Object.keys(value);
  const named = names.find((each) => /^(?:key_?(?:words|phrases)|terms|tags|schlagw|stichw)/i.test(each));
  const name = named ?? names[0];
  if (name === undefined) return undefined;
  const list = value[name];
  // An empty list by another name says nothing of keywords.
  if (named === undefined && Array.isArray(list) && list.length === 0) return undefined;
  if (typeof list === "string") return names.length === 1 || /^key/i.test(name) ? split(list) : undefined;
  if (Array.isArray(list)) return keywordsInValue(list);
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
  /** Words of an item at most: the less the form says that it is a list, the fewer. */
  readonly maxWords: number;
}

function listed(text: string): Listed {
  const lines = text
    .replace(LIST_LABEL, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const bullets = lines.filter((line) => BULLET.test(line));
  // A sentence before and one after the list are not part of it.
  if (bullets.length > 0 && bullets.length >= lines.length - 2) return { items: bullets, maxWords: 8 };
  if (lines.length > 1) return { items: lines, maxWords: 5 };
  const [line = ""] = lines;
  const items = split(line.replace(/\.\s*$/, "")).map((item) => item.replace(/^(?:and|und|or|oder)\s+/i, ""));
  return { items, maxWords: /\.\s*$/.test(line) ? 3 : 4 };
}

/** The keywords in a text that holds no JSON: bullets, numbers, lines, commas. @returns undefined when it is not a list */
export function keywordsInText(text: string): string[] | undefined {
  const { items, maxWords } = listed(text);
  const words = items.map(clean).filter((item) => item !== "");
  const isMarked = LIST_LABEL.test(text) || items.some((item) => BULLET.test(item));
  if (words.length === 0 || (words.length === 1 && !isMarked)) return undefined;
  const isProse = (item: string) => item.split(/\s+/).length > maxWords || /[.!?:]$/.test(item) || SPOKEN.test(item);
  return words.some(isProse) ? undefined : words;
}

/** Folds case as Unicode does, so that "Straße" and "STRASSE" are the same word. */
const folded = (phrase: string): string => phrase.normalize("NFKC").toUpperCase().toLowerCase();

/** Most important first, without blanks, without sentences and without what differs only in case. */
export function distinctKeywords(phrases: readonly string[]): string[] {
  const byFolded = new Map<string, string>();
  for (const phrase of phrases) {
    const text = phrase.replace(/\s+/g, " ").trim();
    if (text === "" || text.length > MAX_CHARACTERS) continue;
    const key = folded(text);
    if (!byFolded.has(key)) byFolded.set(key, text);
  }
  return [...byFolded.values()];
}

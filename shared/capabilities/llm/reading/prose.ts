/**
 * A text that a model was asked for, without what it says about the text: a preamble, a label, a fence, an offer of help.
 *
 * @module
 */

import { splitSentences } from "../sentences.ts";
import { jsonValues } from "./json-values.ts";

const FENCED = /^\s*(?:```|~~~)[^\n]*\n([\s\S]*?)\n?\s*(?:```|~~~)\s*$/;
/** `<answer>...</answer>` and the like, around the whole. */
const WRAPPED = /^\s*<(answer|summary|response|output|result|text|final)>\s*([\s\S]*?)\s*<\/\1>\s*$/i;

const WHAT =
  "summary|overview|abstract|tl;?dr|zusammenfassung|kurzfassung|überblick|résumé|resumen|riassunto|answer|antwort";
/** `**Summary:**`, `## Summary`, `Summary (20 words):` at the start. */
const LABEL = new RegExp(
  String.raw`^\s*(?:#{1,6}\s*|>\s*)?[*_]{0,3}(?:(?:the|a|die|eine)\s+)?(?:(?:short|brief|concise|final|kurze)\s+)?(?:${WHAT})(?:\s*\([^)\n]{1,40}\))?(?:\s*[*_]{0,3}\s*[::][*_]{0,3}\s*|\s*[*_]{0,3}\s*\n+)`,
  "i",
);
const POLITE = String.raw`(?:(?:sure|certainly|of course|okay|ok|absolutely|gern(?:e)?|natürlich|klar)\b[^\n.:!]{0,40}[.,!:]?\s+)?`;
/** A first line that announces the text: "Here is a summary of the text in at most 20 words:". */
const ANNOUNCEMENT = new RegExp(
  String.raw`^\s*${POLITE}(?:(?:here(?:'s|’s| is)|below is|hier (?:ist|kommt|folgt)|nachfolgend|im folgenden|voici|aquí (?:está|tienes)|ecco)\b[^\n:]{0,160}\b(?:${WHAT}|words|wörter)|(?:this|the following|dies) (?:is|ist)\b[^\n:]{0,40}\b(?:${WHAT}))\b[^\n:]{0,120}:\s*`,
  "i",
);
/** "Sure!" alone on the first line. */
const INTERJECTION = /^\s*(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|gerne?|natürlich)\s*[!.,:]\s*\n+/i;
/** A last paragraph that speaks to the reader, or counts the words. */
const CLOSING =
  /\n+\s*[([*_]*(?:let me know (?:if|whether)\b|if you(?:'d| would)? (?:like|need|want) (?:me to|more|further|any|a (?:longer|shorter))\b|i hope (?:this|that) (?:summary )?helps\b|would you like me\b|feel free to (?:ask|let)\b|is there anything else\b|ich hoffe, (?:das|dies|diese)\b|(?:falls|wenn) (?:du|sie) (?:noch )?(?:weitere|mehr)\b|(?:word ?count|anzahl der wörter|wortzahl)\s*[::]\s*\d+|\d{1,4}\s+(?:words|wörter)\s*[)\]]|note:\s*(?:this|the) summary\b)[^\n]*\s*$/i;
const COUNT_AT_END = /\s*[([]\s*(?:word count:?\s*\d{1,4}(?:\s*words?)?|\d{1,4}\s*(?:words?|wörter))\s*[)\]]\s*$/i;

function unwrapped(text: string): string {
  const inner = FENCED.exec(text)?.[1] ?? WRAPPED.exec(text)?.[2];
  if (inner !== undefined) return inner.trim();
  // Asked for prose, some models answer with an object around it.
  if (!/^\s*(?:\{|"\{)/.test(text)) return text;
  const [value] = jsonValues(text).values;
  const texts = typeof value === "object" && value !== null ? Object.values(value) : [];
  return texts.length === 1 && typeof texts[0] === "string" ? texts[0] : text;
}

/** A label or preamble is dropped only when something follows it. */
function dropped(text: string, pattern: RegExp): string {
  const rest = text.replace(pattern, "").trim();
  return rest === "" ? text : rest;
}

/** The text itself, as far as can be told. */
export function plainProse(answer: string): string {
  let text = unwrapped(answer.trim()).trim();
  // An announcement may stand before a label, in a fence or around one.
  for (let round = 0; round < 3; round++) {
    const before = text;
    for (const pattern of [INTERJECTION, ANNOUNCEMENT, LABEL, CLOSING, COUNT_AT_END]) text = dropped(text, pattern);
    text = unwrapped(text).trim();
    if (text === before) break;
  }
  return text;
}

const ENDS = /[.!?…。！？؟।][\p{Pe}\p{Pf}"'”’»*_)]*\s*$/u;

/**
 * A text that was cut, back to its last whole sentence.
 * @param language ISO 639-1
 * @returns "" when no sentence is whole
 */
export function wholeSentences(text: string, language: string): string {
  const last = splitSentences(text, language).findLast((sentence) => ENDS.test(sentence.text));
  return last ? text.slice(0, last.end).trim() : "";
}

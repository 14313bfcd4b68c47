/**
 * What is around a text that a model was asked for: a fence, a tag, an object, a page, an encoding.
 *
 * @module
 */

import { isObject } from "../../json-schema/json-pointer.ts";
import { jsonValues } from "./json-values.ts";

const FENCED = /^\s*(?:```|~~~)[^\n]*\n([\s\S]*?)\n?\s*(?:```|~~~)\s*$/;
/** `<answer>...</answer>` and the like, around the whole; the end may be missing. */
const WRAPPED =
  /^\s*(?:<\?xml[^>]*\?>\s*)?<(answer|summary|response|output|result|text|final(?:_answer)?|zusammenfassung)>\s*((?:(?!<\/\1>)[\s\S])*?)\s*(?:<\/\1>\s*)?$/i;
/** The same behind what was thought in plain words: the tag begins a line. */
const ENDS_WRAPPED =
  /\n\s*<(answer|summary|final(?:_answer)?|zusammenfassung)>\s*((?:(?!<\/\1>)[\s\S])*?)\s*(?:<\/\1>\s*)?$/i;
const CDATA = /^\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*$/;
/** `summary: |` of YAML, whose text is indented below. */
const YAML_BLOCK = /^\s*(?:\w+\s*:\s*)?[|>][+-]?[^\S\n]*\n(?=[^\S\n])/;
const HTML =
  /^\s*(?:<!doctype html\b|<(?:html|body|p|div|span|section|article|main|h[1-6]|ul|ol|strong|em|b|i)(?:\s[^<>]*)?>)/i;

/** Names of what is the text itself in an object, the likeliest first, and of what is not. */
const NAMES = [
  /summar|zusammenfass|kurzfassung|r[eé]sum|riassunt|samenvatting|abstract|tl;?dr/i,
  /^(?:final_?)?(?:answer|antwort|response|output|result|ergebnis|content|text|value)$/i,
];
const BESIDE = /think|thought|reason|analysis|reflection|gedank|überleg|error|refus|status|language|title|note/i;
/** A call of a tool holds a text for the tool, not for us. */
const isCall = (value: object): boolean => "arguments" in value || "parameters" in value || "tool_calls" in value;

/** What an object says of itself when it is an error. */
const FAILED = /^(?:error|failed|failure|fail)$/i;

/** The text in a JSON value. @returns undefined when there is none, or more than one */
export function textInValue(value: unknown, depth = 3): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) {
    const texts = value.map((each) => textInValue(each, depth - 1));
    if (value.length === 1) return texts[0];
    return value.length > 0 && value.every((each) => typeof each === "string") ? value.join(" ") : undefined;
  }
  if (!isObject(value) || isCall(value)) return undefined;
  const said = value.error ?? value.refusal;
  if (said !== undefined && said !== null && said !== "" && said !== false) return undefined;
  if ([value.status, value.type, value.state].some((each) => FAILED.test(String(each)))) return undefined;
  const entries = Object.entries(value);
  for (const names of NAMES) {
    const named = entries.filter(([name]) => names.test(name) && !BESIDE.test(name));
    const texts = named.flatMap(([, each]) => textInValue(each, depth - 1) ?? []);
    if (texts.length > 0) return texts[0];
  }
  const others = entries.filter(([name, each]) => !BESIDE.test(name) && (typeof each === "string" || isObject(each)));
  return others.length === 1 ? textInValue(others[0]?.[1], depth - 1) : undefined;
}

/** The one JSON value that an answer consists of. */
export function wholeValue(text: string): unknown {
  const body = FENCED.exec(text)?.[1] ?? text;
  if (!/^\s*(?:\{|\[|"\{|"\[)/.test(body)) return undefined;
  const { values } = jsonValues(body);
  return values.length === 1 ? values[0] : undefined;
}

/** `{"summary": "One is whole. Two is cu`: what there is of the text. */
export function textOfCutObject(text: string): string | undefined {
  const [, name = "", begun = ""] = /^\s*(?:```\w*\s*)?\{\s*"(\w+)"\s*:\s*"((?:[^"\\]|\\.)*)\\?$/s.exec(text) ?? [];
  if (name === "" || BESIDE.test(name)) return undefined;
  try {
    return String(JSON.parse(`"${begun.replaceAll("\n", "\\n")}"`));
  } catch {
    return undefined;
  }
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
const ENTITY = /&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi;

/** A text in which HTML's references stand for characters. */
export const withoutEntities = (text: string): string =>
  text.replace(ENTITY, (...[whole, name, decimal, hex]: [string, string?, string?, string?]) => {
    if (name) return entities[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex ?? "", 16);
    return code > 0x1f && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** Elements that act, or lead away. */
const ACTIVE =
  /<(script|style|iframe|object|svg|noscript)\b[\s\S]*?(?:<\/\1\s*>|$)|<\/?(?:img|a|embed|form|input|link|meta|base|video|audio|source)\b[^<>]*>/gi;
const LINK = /(!?)\[([^\]\n]{0,200})\]\((?:<[^<>\n]*>|[^()\s]*)(?:\s+["'(][^\n]{0,100}?["')])?\)/g;

/** A text without pictures, links and elements that its source does not have: a model may be told to slip them in. */
function withoutForeignLinks(text: string, source: string): string {
  const isForeign = (part: string) => !source.includes(part);
  return text
    .replace(ACTIVE, (element) => (isForeign(element) ? "" : element))
    .replace(LINK, (link, picture, label) => (isForeign(link) ? (picture === "!" ? "" : label) : link))
    .trim();
}

/** What an answer escapes that its source does not: HTML's references, `\n` in two characters, `<br>`. */
export function unescaped(text: string, source: string): string {
  let plain = text;
  if (!/&(?:\w{2,5}|#\w{1,7});/.test(source)) plain = withoutEntities(plain);
  if (!/<br\b/i.test(source)) plain = plain.replace(/\s*<br\s*\/?>\s*/gi, "\n");
  if (!/\n/.test(plain) && /\\n/.test(plain) && !source.includes("\\n")) {
    plain = plain.replaceAll("\\n", "\n").replaceAll('\\"', '"');
  }
  return withoutForeignLinks(plain, source);
}

/** A page or a part of one as text. */
const ofHtml = (html: string): string =>
  html
    .replace(/<(?:head|style|script)\b[\s\S]*?<\/(?:head|style|script)>/gi, "")
    .replace(/<br\s*\/?>|<\/(?:p|div|li|h[1-6]|section|article)>/gi, "\n")
    .replace(/<!?\/?[a-z][^<>]*>/gi, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

function ofJsonString(text: string): string | undefined {
  if (!/^\s*".*\\.*"\s*$/s.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The text itself, of what is around the whole of it. */
export function unwrapped(text: string): string {
  const inner = FENCED.exec(text)?.[1] ?? (WRAPPED.exec(text) ?? ENDS_WRAPPED.exec(text))?.[2] ?? CDATA.exec(text)?.[1];
  if (inner !== undefined) return inner.trim();
  if (YAML_BLOCK.test(text))
    return text
      .replace(YAML_BLOCK, "")
      .replace(/^[^\S\n]+/gm, "")
      .trim();
  if (HTML.test(text)) return ofHtml(text);
  // Asked for prose, some models answer with an object around it.
  return textInValue(wholeValue(text)) ?? ofJsonString(text) ?? text;
}

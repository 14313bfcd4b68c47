/**
 * Reads one JSON value at a place in a text, and is lenient about what models write: other quotation marks, Python's words,
 * comments, a comma too many, line breaks in strings. Never lenient about what is missing: a value that does not end is
 * none.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import { ExactInteger } from "../../json-schema/exact-integer.ts";
import { harmless } from "./harmless.ts";

/** Why reading stopped: the text came to its end, or it is not JSON. */
export class JsonFault extends Error {
  override readonly name = "JsonFault";
  readonly isUnfinished: boolean;
  constructor(isUnfinished: boolean) {
    super(isUnfinished ? "The JSON does not end." : "This is not JSON.");
    this.isUnfinished = isUnfinished;
  }
}

const MAX_DEPTH = 100;
/** What opens a string, and what closes it then: typographic marks, too. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ["“", "”“"],
  ["„", "“”"],
  ["«", "»"],
  ["‘", "’"],
  ["`", "`"],
]);
const SPACE = /(?:[\s\u200b-\u200d\u2060]|\/\/[^\n]*|\/\*[\s\S]*?\*\/|#(?=\s)[^\n]*)*/y;
const NUMBER = /[+-]?(?:0|[1-9]\d*(?:_\d{3})*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const words: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
  undefined: null,
};
const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class Reader {
  readonly #text: string;
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** The next character that is not space. @throws JsonFault at the end of the text */
  #next(): string {
    this.#match(SPACE);
    const character = this.#text[this.at];
    if (character === undefined) throw new JsonFault(true);
    return character;
  }

  #fail(): never {
    throw new JsonFault(this.at >= this.#text.length);
  }

  value(depth = 0): unknown {
    if (depth > MAX_DEPTH) throw new JsonFault(false);
    const character = this.#next();
    if (character === "{") return this.#object(depth);
    if (character === "[") return this.#array(depth);
    if (QUOTES.has(character)) return this.#string(character);
    const number = this.#match(NUMBER);
    if (number !== undefined) return this.#number(number);
    const word = this.#match(WORD);
    if (word === undefined || !Object.hasOwn(words, word)) this.#fail();
    return words[word];
  }

  #number(given: string): number | ExactInteger {
    const source = given.replace(/^\+/, "").replaceAll("_", "");
    const value = Number(source);
    // Digits that continue where the number ended, such as 007 or 1.2.3, are not a number.
    if (!Number.isFinite(value) || /[\w.]/.test(this.#text[this.at] ?? "")) this.#fail();
    const [, whole] = /^(-?\d+)(?:\.0+)?$/.exec(source) ?? [];
    return whole !== undefined && !Number.isSafeInteger(value) ? new ExactInteger(whole) : value;
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.at += 1;
    this.#commas();
    while (this.#next() !== "}") {
      const quote = this.#next();
      const key = QUOTES.has(quote) ? this.#string(quote) : (this.#match(WORD) ?? this.#fail());
      if (!/[:=：]/.test(this.#next())) this.#fail();
      this.at += 1;
      const value = this.value(depth + 1);
      // A key of this name would change the object instead of standing in it.
      if (key !== "__proto__") this.#set(object, key, value);
      this.#separator("}");
    }
    this.at += 1;
    return object;
  }

  /** A name that stands twice with different values says nothing: nobody knows which one is meant. */
  #set(object: Record<string, unknown>, key: string, value: unknown): void {
    if (Object.hasOwn(object, key) && !isDeepStrictEqual(object[key], value)) throw new JsonFault(false);
    object[key] = value;
  }

  #array(depth: number): unknown[] {
    const array: unknown[] = [];
    this.at += 1;
    while (this.#next() !== "]") {
      array.push(this.value(depth + 1));
      this.#separator("]");
    }
    this.at += 1;
    return array;
  }

  /** A comma, or in an object none, where the next name is in a line of its own. */
  #separator(end: "}" | "]"): void {
    const from = this.at;
    const character = this.#next();
    const isNextLine = end === "}" && QUOTES.has(character) && this.#text.slice(from, this.at).includes("\n");
    if (character === ",") this.#commas();
    else if (character !== end && !isNextLine) this.#fail();
  }

  /** One comma too many is none. */
  #commas(): void {
    while (this.#next() === ",") this.at += 1;
  }

  #string(quote: string): string {
    const closing = QUOTES.get(quote) ?? quote;
    let value = "";
    this.at += 1;
    for (;;) {
      const character = this.#text[this.at];
      if (character === undefined) throw new JsonFault(true);
      this.at += 1;
      // In a word it is an apostrophe.
      const isApostrophe = character === "’" && /\p{L}/u.test(this.#text[this.at] ?? "");
      if (closing.includes(character) && !isApostrophe) return harmless(value);
      value += character === "\\" ? this.#escape() : character;
    }
  }

  #escape(): string {
    const character = this.#text[this.at];
    if (character === undefined) throw new JsonFault(true);
    this.at += 1;
    if (character !== "u") return escapes[character] ?? character;
    const code = this.#match(/[0-9a-fA-F]{4}/y);
    return code === undefined ? this.#fail() : String.fromCharCode(Number.parseInt(code, 16));
  }
}

/** A value that was read, and where it ended. */
export interface ReadValue {
  readonly value: unknown;
  /** Offset behind it. */
  readonly end: number;
}

/**
 * The JSON value that begins at an offset; strings are {@link harmless}, integers that would be rounded are
 * {@link ExactInteger}.
 * @throws JsonFault
 */
export function readJson(text: string, at = 0): ReadValue {
  const reader = new Reader(text, at);
  const value = reader.value();
  return { value, end: reader.at };
}

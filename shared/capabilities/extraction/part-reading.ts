/**
 * A part of a document, read for the values that are looked for in it.
 *
 * @module
 */

import { findLanguage, type Language } from "../llm/embedded/languages.ts";
import { type Reading, readRequest } from "../llm/embedded/normalize/reading.ts";
import type { Part } from "./parts.ts";
import { type Mentions, mentionsIn } from "./values/mentions.ts";
import type { Notation } from "./values/notation.ts";
import { TokenIndex } from "./values/tokens.ts";

/** A part that has been read. */
export interface PartReading {
  readonly part: Part;
  readonly tokens: TokenIndex;
  readonly mentions: Mentions;
  /** Its words, where words other than the value's own are evidence. Made when it is first asked for. */
  words(): Reading;
  /** The words of a piece of it. */
  wordsOf(text: string): Reading;
}

/** Rules for words are those of English, unless the language is one whose own are known. */
function rulesFor(code: string): Language {
  const language = findLanguage(code) ?? findLanguage("en");
  if (!language) throw new Error("English is always known.");
  return language;
}

/** @param language ISO 639-1 */
export function readPart(part: Part, notation: Notation, language: string): PartReading {
  const rules = rulesFor(language);
  let words: Reading | undefined;
  return {
    part,
    tokens: new TokenIndex(part.text),
    mentions: mentionsIn(part.text, notation),
    words: () => (words ??= readRequest(part.text, rules)),
    wordsOf: (text) => readRequest(text, rules),
  };
}

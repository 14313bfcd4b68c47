/**
 * What of a text must survive when it is rewritten.
 *
 * @module
 */

import { missingNames, namesIn } from "./names.ts";
import { type FoundNumber, missingNumbers, numbersIn } from "./numbers.ts";
import { missingQuotes, quotesIn, withoutQuotes } from "./quotes.ts";

/** The facts of a text that can be found without understanding it. */
export interface Facts {
  readonly numbers: readonly FoundNumber[];
  readonly names: readonly string[];
  readonly quotes: readonly string[];
  /** Terms that its caller wants to keep. */
  readonly terms: readonly string[];
}

/** The facts of a text. @param keep terms; those that are in it count */
export function factsIn(
  text: string,
  { keep, language }: { readonly keep: readonly string[]; readonly language: string },
): Facts {
  const quotes = quotesIn(text);
  // What is quoted survives word for word, or is missing once.
  const own = withoutQuotes(text);
  const whole = text.toLowerCase();
  return {
    numbers: numbersIn(own.replace(/https?:\/\/\S+/g, " ")),
    names: namesIn(own, language),
    quotes,
    terms: keep.map((term) => term.trim()).filter((term) => whole.includes(term.toLowerCase())),
  };
}

/** Facts that a text does not have; each list is empty where nothing is missing. */
export function missingFacts({ numbers, names, quotes, terms }: Facts, text: string): Facts {
  const whole = text.toLowerCase();
  return {
    numbers: missingNumbers(numbers, text),
    names: missingNames(names, text),
    quotes: missingQuotes(quotes, text),
    terms: terms.filter((term) => !whole.includes(term.toLowerCase())),
  };
}

const SHOWN = 8;
const list = (items: readonly string[], mark = ""): string =>
  items
    .slice(0, SHOWN)
    .map((item) => `${mark}${item.length > 120 ? `${item.slice(0, 120).toWellFormed()}…` : item}${mark}`)
    .join(", ") + (items.length > SHOWN ? ` and ${items.length - SHOWN} more` : "");

/** Facts in words: "the numbers 12, 40; the names Curie". @returns "" when there are none */
export function factsInWords({ numbers, names, quotes, terms }: Facts): string {
  const parts: (string | false)[] = [
    numbers.length > 0 && `the numbers ${list(numbers.map(({ shown }) => shown))}`,
    names.length > 0 && `the names ${list(names)}`,
    quotes.length > 0 && `the quotes ${list(quotes, '"')}`,
    terms.length > 0 && `the terms ${list(terms, '"')}`,
  ];
  return parts.filter((part) => part !== false).join("; ");
}

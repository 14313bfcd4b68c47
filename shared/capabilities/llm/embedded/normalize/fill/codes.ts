/**
 * Numbers of orders, customers and the like: a token with a digit behind the word for it.
 *
 * @module
 */

import type { FieldReading } from "../candidates.ts";
import { overlaps } from "../reading.ts";
import type { Named } from "./names.ts";

const INTRODUCED =
  /^\.?(?:\s*(?:(?:number|no|nr|nummer|id|code|reference|ref|is|ist|lautet|was|war)(?![\p{L}\p{N}])\.?|:|=|#|\())*\s*#?(?<code>[\p{L}\p{N}][\p{L}\p{N}./_-]*)/iu;
const EXPLICIT = /^\.?\s*(?:number|no\b|nr\b|nummer|id\b|code|reference|:|=|#)/iu;
const ENOUGH_CHARACTERS = 3;
/** Groups of digits that continue a number: "558 201". */
const MORE_GROUPS = /^(?:[ \u00a0]\d{2,6}(?![\p{L}\p{N}]))+/u;
/** Groups that continue a code of letters and digits: "FP-55 120-7". */
const MORE_OF_CODE = /^(?:[ \u00a0]\d[\d/-]*(?![\p{L}\p{N}]|[.,:]\d))+/u;
/** What ends a number that is written in groups; a word behind it may be what is counted: "4711 12 chairs". */
const NUMBER_ENDS = /^\s*(?:[.,;:!?)\n]|$)/u;

/** @param short codes of one or two digits count too ("room 7") */
export function codesBehind(
  { reading, mentions, labels }: FieldReading,
  { short }: { readonly short: boolean },
): Named[] {
  const taken = [...mentions.dates, ...mentions.times, ...mentions.emails, ...mentions.urls];
  return labels.flatMap((label): Named[] => {
    const rest = reading.text.slice(label.end, label.end + 80);
    const match = INTRODUCED.exec(rest);
    const first = match?.groups?.code?.replace(/[./_-]+$/, "") ?? "";
    if (!match || !/\d/.test(first)) return [];
    const behind = rest.slice(match[0].indexOf(first) + first.length);
    const isDigits = /^[\d/.-]+$/u.test(first);
    const more = (isDigits ? MORE_GROUPS : MORE_OF_CODE).exec(behind)?.[0] ?? "";
    const start = label.end + match[0].indexOf(first);
    const isOne = NUMBER_ENDS.test(behind.slice(more.length));
    // A part of a number is worse than none.
    if (isDigits && more !== "" && !isOne) return [];
    const whole = { start, end: start + first.length + more.length };
    // Behind a code with letters there may be what is counted, or a day: "A-4711 12 chairs".
    const continues = isDigits || (isOne && !taken.some((other) => overlaps(whole, other)));
    const code = continues ? first + more : first;
    const explicit = EXPLICIT.test(rest) || label.last > label.first || label.weight === 1;
    if (code.length < ENOUGH_CHARACTERS && !(short || explicit)) return [];
    const span = { start, end: start + code.length };
    if (taken.some((other) => overlaps(span, other))) return [];
    return [{ ...span, text: code, score: (explicit ? 0.9 : 0.75) * label.weight }];
  });
}

import { RE2JS, RE2JSException } from "re2js";
import { hasLookaround, withoutLookaheads } from "./lookahead.ts";

/**
 * Regular expressions from strangers. They run on RE2's engine, whose time is linear in the text whatever the pattern,
 * where JavaScript's own can take exponential time. Backreferences and lookaround do not exist there.
 */
export interface LinearPattern {
  /** Whether the pattern occurs anywhere in the text. A text too long to be searched in bounded time does not match. */
  test(text: string): boolean;
  /** Ajv identifies patterns by this. */
  toString(): string;
}

const MAX_PATTERN_CHARACTERS = 1_000;
/** Matching takes this many steps per character of the text at most. */
const MAX_PATTERN_SIZE = 1_000;
/** Steps that one match may take, about two seconds. */
const MAX_MATCH_STEPS = 10_000_000;

/**
 * About how many instructions a pattern becomes: RE2 unrolls counted repetitions, so that `(a{100}){100}` is ten
 * thousand. A reader of groups, classes, escapes and counts is enough; what is not a pattern fails to compile anyway.
 */
export function patternSize(source: string): number {
  const groups: number[] = [];
  let [size, last] = [0, 0];
  const atom = (cost: number) => {
    size += cost;
    last = cost;
  };
  for (const [token] of source.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[\s\S]/gu)) {
    const count = /^\{(\d+)(?:,(\d*))?\}$/.exec(token);
    if (count) {
      const times = Math.max(1, Number(count[2] || count[1]));
      size += last * (times - 1);
      last *= times;
    } else if (token === "(") {
      groups.push(size);
      size = 0;
    } else if (token === ")") {
      const inner = size + 2;
      size = groups.pop() ?? 0;
      atom(inner);
    } else if (!/^[*+?|^$]$/.test(token)) atom(1);
  }
  return size + groups.reduce((sum, group) => sum + group, 0);
}

/**
 * Compiles a JSON Schema `pattern`; lookaheads that tools emit are checked as patterns of their own.
 * @returns a sentence that says what is wrong with it, when it cannot be compiled
 */
export function linearPattern(source: string): LinearPattern | string {
  if (source.length > MAX_PATTERN_CHARACTERS) return `is longer than ${MAX_PATTERN_CHARACTERS} characters`;
  const size = patternSize(source);
  if (size > MAX_PATTERN_SIZE) return `repeats too much: ${size} steps, at most ${MAX_PATTERN_SIZE} are allowed`;
  const { must, mustNot } = (hasLookaround(source) && withoutLookaheads(source)) || { must: [source], mustNot: [] };
  try {
    const [wanted, unwanted] = [must.map(compile), mustNot.map(compile)];
    const test = (text: string) =>
      text.length * size <= MAX_MATCH_STEPS &&
      wanted.every((pattern) => pattern.matcher(text).find()) &&
      !unwanted.some((pattern) => pattern.matcher(text).find());
    return { test, toString: () => `linear:${source}` };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `is not a regular expression that runs in linear time (no lookaround, no backreferences): ${error.message}`;
  }
}

const compile = (source: string) => RE2JS.compile(RE2JS.translateRegExp(source));

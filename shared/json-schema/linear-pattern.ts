import { RE2JS, RE2JSException } from "re2js";

/**
 * Regular expressions from strangers. They run on RE2's engine, whose time is linear in the text whatever the pattern,
 * where JavaScript's own can take exponential time. Backreferences and lookaround do not exist there.
 */
export interface LinearPattern {
  /** Whether the pattern occurs anywhere in the text. */
  test(text: string): boolean;
  /** Ajv tells patterns apart by this. */
  toString(): string;
}

const MAX_PATTERN_CHARACTERS = 1_000;

/**
 * Compiles a JSON Schema `pattern`.
 * @returns a sentence that says what is wrong with it, when it cannot be compiled
 */
export function linearPattern(source: string): LinearPattern | string {
  if (source.length > MAX_PATTERN_CHARACTERS) return `is longer than ${MAX_PATTERN_CHARACTERS} characters`;
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    return { test: (text) => compiled.matcher(text).find(), toString: () => `linear:${source}` };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `is not a regular expression that runs in linear time (no lookaround, no backreferences): ${error.message}`;
  }
}

/**
 * What a terminal sends for a key, as the key's name.
 *
 * @module
 */

/** Sequences of keys that have no character. A terminal in application mode sends those with an O. */
const SEQUENCES: Readonly<Record<string, string>> = {
  "\u001b[A": "up",
  "\u001bOA": "up",
  "\u001b[B": "down",
  "\u001bOB": "down",
  "\u001b[H": "home",
  "\u001bOH": "home",
  "\u001b[F": "end",
  "\u001bOF": "end",
  "\u001b": "escape",
  "\u0003": "ctrl-c",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const KEY = /\u001b(?:\[[\d;]*[A-Za-z~]|O[A-Z])?|./gsu;

/** @returns the keys of a chunk of input in their order: `up`, `escape`, or a character as it is */
export const keysOf = (chunk: string): string[] => (chunk.match(KEY) ?? []).map((key) => SEQUENCES[key] ?? key);

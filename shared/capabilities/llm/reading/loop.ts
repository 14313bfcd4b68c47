/**
 * Answers of models that went round in a loop: a word, a letter or a sign, over and over.
 *
 * @module
 */

const MAX_UNIT = 120;
const LEAST_REPEATS = 8;
/** Shorter repetitions may be meant. */
const LEAST_CHARACTERS = 40;
/** A sign that is repeated more often than anybody writes it: `!!!!!!!!!!!!`, `. . . . . . . . .`. */
const SIGNS = /([^\p{L}\p{N}\s|#])(?:\s*\1){11,}/gu;
/** A text in letters has no such words, and encoded ones have no others. */
const ENDLESS_WORD = /[^\s\u0100-\u{10ffff}]{100,}/u;

/** Where the repeated piece begins that a text ends with. */
interface Loop {
  readonly start: number;
  readonly unit: string;
}

function loopOf(text: string, length: number): Loop | undefined {
  let start = text.length;
  while (start > 0 && (text.length - start < length || text[start - 1] === text[start - 1 + length])) start -= 1;
  const repeated = text.length - start;
  if (repeated < length * LEAST_REPEATS || repeated < LEAST_CHARACTERS) return undefined;
  return { start, unit: text.slice(start, start + length) };
}

/** The loop in which a text ends, by its shortest piece. */
function findLoop(text: string): Loop | undefined {
  const tail = text.trimEnd();
  for (let length = 1; length <= Math.min(MAX_UNIT, tail.length / LEAST_REPEATS); length++) {
    const loop = loopOf(tail, length);
    if (loop && /[\p{L}\p{N}]/u.test(loop.unit)) return loop;
  }
  return undefined;
}

/** A text up to where it goes round, and whether anything was left out. */
export interface BeforeLoop {
  readonly text: string;
  readonly isLooping: boolean;
}

/**
 * Without a loop of signs, and up to a loop of words or letters that ends no sentence: repeated sentences are distinguished
 * elsewhere.
 */
export function beforeLoop(given: string): BeforeLoop {
  const text = given.replace(SIGNS, "$1");
  const loop = findLoop(text);
  if (!loop || /[.!?…。！？][\s"')\]]*/u.test(loop.unit)) return { text, isLooping: false };
  return { text: text.slice(0, loop.start), isLooping: true };
}

/** Whether a text is one endless word: letters in a loop, or something encoded. */
export function isEndlessWord(text: string): boolean {
  const word = ENDLESS_WORD.exec(text)?.[0] ?? "";
  const isWhole = /^[\w+/=-]{40,}$/.test(text.trim());
  return isWhole || (word.length > text.length / 2 && !/^https?:/.test(word));
}

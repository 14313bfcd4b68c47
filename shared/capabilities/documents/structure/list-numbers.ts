/**
 * Numbers of lists and headings as Word counts them (ECMA-376 part 1, 17.9): each list counts its levels, and a level
 * begins again when one above it continues.
 *
 * @module
 */

/** How a level of a list is numbered. */
export interface ListLevel {
  readonly start: number;
  /** ECMA-376's name of the format, such as `decimal`, `lowerRoman` or `bullet`. */
  readonly format: string;
  /** The number's text, in which %1 stands for the number of the first level. */
  readonly text: string;
  /** Whether numbers of other levels are written in digits whatever their format. */
  readonly legal: boolean;
}

/** Levels that lists have. */
const LEVELS = 9;
const BULLET = "•";

/** Counts the items of a document's lists. */
export class ListCounter {
  readonly #counts = new Map<string, (number | undefined)[]>();

  /**
   * @param list what counts on together
   * @returns the marker of the next item, "" when it has none
   */
  next(list: string, level: number, levels: readonly (ListLevel | undefined)[]): string {
    const counts = this.#counts.get(list) ?? [];
    this.#counts.set(list, counts);
    const own = levels[level];
    counts[level] = (counts[level] ?? (own?.start ?? 1) - 1) + 1;
    counts.length = level + 1;
    if (!own || own.format === "none") return "";
    if (own.format === "bullet") return BULLET;
    return own.text
      .replace(/%([1-9])/g, (_, number: string) => {
        const index = Number(number) - 1;
        const of = levels[index];
        const value = counts[index] ?? of?.start ?? 1;
        return formatNumber(value, own.legal && index !== level ? "decimal" : (of?.format ?? "decimal"));
      })
      .trim();
  }

  /** Lets a list begin again at a level. */
  restart(list: string, level: number, start: number): void {
    const counts = this.#counts.get(list) ?? [];
    this.#counts.set(list, counts);
    counts.length = Math.min(LEVELS, level);
    counts[level] = start - 1;
  }
}

const ROMAN: readonly (readonly [number, string])[] = [
  [1_000, "m"],
  [900, "cm"],
  [500, "d"],
  [400, "cd"],
  [100, "c"],
  [90, "xc"],
  [50, "l"],
  [40, "xl"],
  [10, "x"],
  [9, "ix"],
  [5, "v"],
  [4, "iv"],
  [1, "i"],
];
/** Beyond these, numbers are written in digits: hostile ones would grow without end. */
const MOST_ROMAN = 4_999;
const MOST_LETTERS = 26 * 20;

/** A number in one of ECMA-376's formats; in digits where the format is not known. */
export function formatNumber(value: number, format: string): string {
  switch (format) {
    case "lowerLetter":
      return letters(value);
    case "upperLetter":
      return letters(value).toUpperCase();
    case "lowerRoman":
      return roman(value);
    case "upperRoman":
      return roman(value).toUpperCase();
    case "decimalZero":
      return String(value).padStart(2, "0");
    case "none":
      return "";
    default:
      return String(value);
  }
}

/** a to z, then aa, bb and so on. */
function letters(value: number): string {
  if (value < 1 || value > MOST_LETTERS) return String(value);
  const letter = String.fromCharCode(97 + ((value - 1) % 26));
  return letter.repeat(Math.floor((value - 1) / 26) + 1);
}

function roman(value: number): string {
  if (value < 1 || value > MOST_ROMAN) return String(value);
  let [rest, text] = [value, ""];
  for (const [worth, sign] of ROMAN) {
    while (rest >= worth) {
      text += sign;
      rest -= worth;
    }
  }
  return text;
}

/**
 * Characters of symbol fonts, whose codes mean something in that font only, as those of Unicode. A checked box is ☒
 * whatever its mark, an empty one ☐.
 *
 * @module
 */

/** Marks of a form. */
export const CHECKED = "☒";
/** A check box that is not checked. */
export const UNCHECKED = "☐";

const WINGDINGS: Readonly<Record<number, string>> = {
  32: " ",
  34: "✂",
  40: "☎",
  41: "✆",
  42: "✉",
  58: "🖥",
  70: "☞",
  74: "☺",
  76: "☹",
  108: "●",
  109: "❍",
  110: "■",
  111: UNCHECKED,
  112: UNCHECKED,
  113: UNCHECKED,
  114: UNCHECKED,
  117: "◆",
  118: "❖",
  119: "◆",
  120: CHECKED,
  159: "•",
  160: "▪",
  161: "○",
  162: "○",
  164: "◉",
  167: "▪",
  168: UNCHECKED,
  171: "★",
  216: "➢",
  223: "←",
  224: "→",
  225: "↑",
  226: "↓",
  232: "➔",
  239: "⇦",
  240: "⇨",
  251: "✗",
  252: "✓",
  253: CHECKED,
  254: CHECKED,
};
const WINGDINGS_2: Readonly<Record<number, string>> = {
  79: "✗",
  80: "✓",
  81: CHECKED,
  82: CHECKED,
  83: CHECKED,
  84: CHECKED,
  151: "•",
  152: "●",
  162: "■",
  163: UNCHECKED,
  164: UNCHECKED,
};
const GREEK = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
const SYMBOL: Readonly<Record<number, string>> = {
  ...Object.fromEntries([...GREEK].map((letter, index) => [0x61 + index, letter])),
  ...Object.fromEntries([...GREEK.toUpperCase()].map((letter, index) => [0x41 + index, letter])),
  163: "≤",
  165: "∞",
  171: "↔",
  172: "←",
  173: "↑",
  174: "→",
  175: "↓",
  176: "°",
  177: "±",
  179: "≥",
  180: "×",
  183: "•",
  184: "÷",
  185: "≠",
  187: "≈",
  190: "—",
  214: "√",
  222: "⇒",
  229: "∑",
  242: "∫",
};

const FONTS: readonly (readonly [name: RegExp, marks: Readonly<Record<number, string>>])[] = [
  [/^wingdings 2$/i, WINGDINGS_2],
  [/^wingdings$/i, WINGDINGS],
  [/^symbol$/i, SYMBOL],
];

/** Whether a font's letters stand for symbols. */
export const isSymbolFont = (font: string): boolean => /^(?:wingdings(?: [23])?|webdings|symbol)$/i.test(font);

/** Where symbol fonts have their characters: the last byte counts. */
const PRIVATE_USE = 0xf000;

/** @returns "" for a symbol without a Unicode character */
export function symbolOf(font: string, code: number): string {
  const inFont = code >= PRIVATE_USE && code <= PRIVATE_USE + 0xff ? code - PRIVATE_USE : code;
  const marks = FONTS.find(([name]) => name.test(font))?.[1];
  if (marks && inFont <= 0xff) return marks[inFont] ?? "";
  return code > 0x20 && code < 0xd800 ? String.fromCharCode(code) : "";
}

/** Text that is set in a symbol font; characters in the private use area without a meaning that is known go. */
export const symbolText = (font: string, text: string): string =>
  Array.from(text, (one) => symbolOf(font, one.charCodeAt(0))).join("");

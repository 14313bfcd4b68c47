/**
 * Decides what becomes of a hyphen at the end of a line: it divides a word and goes, or it belongs to the word and stays.
 *
 * @module
 */

/** PDFium's mark for a hyphen at the end of a line. */
export const LINE_END_HYPHEN = "\ufffe";

/** Words that follow a hyphen which stands for a part of the word to come: "Vor- und Nachname", "pre- and postwar". */
const CONJUNCTIONS =
  /^(?:und|oder|bzw|sowie|bis|wie|noch|als|statt|and|or|to|nor|but|as|et|ou|e|o|y|en|of)(?![\p{L}\p{M}])/u;
/** Beginnings of English words after which the hyphen belongs to the word. */
const PREFIXES = /^(?:self|ex|quasi|all|half|cross|well|co|non|e|x|t|u)$/i;

/** PDFium marks hyphens behind letters alone: "2019-2020", "CO2-Ausstoß", "50-prozentig", "2- und 3-fach". */
const NUMBERS = /(\p{N}-)\r?\n(?=\p{N}|(\p{L}+))/gu;
const joinNumbers = (text: string): string =>
  text.replace(NUMBERS, (_, number: string, word?: string) =>
    word && CONJUNCTIONS.test(word) ? `${number} ` : number,
  );
/** Words with the hyphens in them. */
const WORDS = /[\p{L}\p{M}\p{N}’'-]+/gu;
const WORD_END = /[\p{L}\p{M}\p{N}’'-]*$/u;
const WORD_BEGIN = /^(?:\r?\n)?([\p{L}\p{M}\p{N}’'-]*)/u;
/** Characters examined on either side: more than any word has. */
const LONGEST_WORD = 80;

/** The text of a page with its divided words put together. */
export function joinHyphenated(text: string): string {
  const [first = "", ...rest] = text.split(LINE_END_HYPHEN);
  if (rest.length === 0) return joinNumbers(text);
  const words = new Set(text.match(WORDS));
  const parts = [first];
  // What is before the next mark; a word may be divided twice.
  let tail = first.slice(-LONGEST_WORD);
  for (const part of rest) {
    const before = WORD_END.exec(tail)?.[0] ?? "";
    const after = WORD_BEGIN.exec(part.slice(0, LONGEST_WORD))?.[1] ?? "";
    const joined = `${joint(before, after, words)}${part.replace(/^\r?\n/, "")}`;
    parts.push(joined);
    tail = (tail + joined).slice(-LONGEST_WORD);
  }
  return joinNumbers(parts.join(""));
}

/** What is between the two halves. */
function joint(before: string, after: string, words: ReadonlySet<string>): "" | "-" | "- " {
  if (before === "" || after === "") return "-";
  if (CONJUNCTIONS.test(after)) return "- ";
  if (/^\p{N}/u.test(after) || /\p{N}$/u.test(before)) return "-";
  const last = before.split("-").at(-1) ?? before;
  if (/^\p{Lu}/u.test(after)) {
    // A word in capitals is divided as any other; a short one is an abbreviation.
    return /^\p{Lu}{4,}$/u.test(last) && /^\p{Lu}{2,}/u.test(after) ? "" : "-";
  }
  // "US-amerikanisch", "EU-weit": an abbreviation continues in small letters only behind a hyphen.
  if (/^\p{Lu}{2,}$/u.test(last) && /^\p{Ll}/u.test(after)) return "-";
  if ([...last].length === 1 || PREFIXES.test(last)) return "-";
  // "state-of-the-art": small words joined by hyphens continue with one. "Kfz-Steuerbe-scheid" does not.
  if (/^\p{Ll}/u.test(before) && before.includes("-")) return "-";
  return words.has(`${before}-${after}`) && !words.has(before + after) ? "-" : "";
}

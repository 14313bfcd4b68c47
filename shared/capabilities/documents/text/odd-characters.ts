const LATIN = /\p{Script=Latin}/u;
const LETTER = /\p{L}/u;
const LOWER = /\p{Ll}/u;
const UPPER = /\p{Lu}/u;
const MEANINGLESS = /[\ufffd\p{Cn}\p{Co}]|(?![\u0085])[\x7f-\x9f]/u;
/** Signs that stand between letters in text that is written well. */
const WITHIN_WORDS = /[’‘·\u00ad\u00b4‐‑–—/]|\p{M}/u;

/**
 * Share of the characters beyond ASCII that stand where no writer puts them: signs within words, capitals behind small
 * letters, letters of two scripts side by side, what has no meaning at all. Text that is decoded rightly has hardly any,
 * text that is decoded wrongly consists of them.
 */
export function oddShare(text: string): number {
  const characters = [...text];
  let [beyond, odd] = [0, 0];
  for (const [index, character] of characters.entries()) {
    if (character <= "\x7f") continue;
    beyond++;
    if (isOdd(character, characters[index - 1] ?? " ", characters[index + 1] ?? " ")) odd++;
  }
  return beyond === 0 ? 0 : odd / beyond;
}

function isOdd(character: string, before: string, after: string): boolean {
  if (MEANINGLESS.test(character)) return true;
  if (WITHIN_WORDS.test(character)) return false;
  if (!LETTER.test(character)) return LETTER.test(before) && LETTER.test(after);
  if (UPPER.test(character) && LOWER.test(before)) return true;
  const latin = LATIN.test(character);
  return [before, after].some(
    (beside) => LETTER.test(beside) && LATIN.test(beside) !== latin && !isWide(beside, character),
  );
}

/** Chinese, Japanese and Korean texts put Latin letters beside their own. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;
const isWide = (...pair: string[]): boolean => pair.some((one) => WIDE.test(one));

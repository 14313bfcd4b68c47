const LATIN = /\p{Script=Latin}/u;
const LETTER = /(?![ªºƒ])\p{L}/u;
const LOWER = /\p{Ll}/u;
const UPPER = /\p{Lu}/u;
const MEANINGLESS = /[\ufffd\p{Cn}\p{Co}]|(?!\u0085)[\x7f-\x9f]/u;
/** Signs that are between letters in text that is written well. */
const WITHIN_WORDS = /[’‘·\u00ad´‐‑–—]|\p{M}/u;
/** Signs that are beside a letter in text that is written well. Others, such as ¢ ¦ ¬ ¤ ¶, hardly do. */
const BESIDE_LETTERS = /[“”„‚‘’«»‹›…•§°€©®™²³¹¿¡ªº–—\u00a0¼½¾±×]/u;
/** Chinese, Japanese and Korean, which are written without spaces, with signs and Latin letters among them. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;

/** Letters beyond ASCII that a language has, by its code; others are foreign to it. */
const ALPHABETS: Readonly<Record<string, RegExp>> = {
  de: /[äöüßÄÖÜẞéèàáêç]/,
  en: /[éèêëïöçñáàâü]/i,
  fr: /[àâæçéèêëîïôœùûüÿ]/i,
  es: /[áéíñóúü]/i,
  it: /[àèéìíîòóùú]/i,
  nl: /[áäéèëïíöóüú]/i,
  pt: /[áâãàçéêíóôõúü]/i,
};
const FOREIGN = 0.5;

/**
 * Share of the characters beyond ASCII that are where no writer puts them: signs within words, capitals behind small
 * letters, letters of two scripts side by side, what has no meaning at all. Text that is decoded rightly has hardly any,
 * text that is decoded wrongly consists of them.
 * @param language of the text, as its ASCII words suggest; letters that are foreign to it count half
 */
export function oddShare(text: string, language: string | null): number {
  const alphabet = language === null ? undefined : ALPHABETS[language];
  const characters = [...text];
  let [beyond, odd] = [0, 0];
  for (const [index, character] of characters.entries()) {
    if (character <= "\x7f") continue;
    beyond++;
    if (isOdd(character, characters[index - 1] ?? " ", characters[index + 1] ?? " ")) odd++;
    else if (alphabet && LETTER.test(character) && !alphabet.test(character)) odd += FOREIGN;
  }
  return beyond === 0 ? 0 : odd / beyond;
}

function isOdd(character: string, before: string, after: string): boolean {
  if (MEANINGLESS.test(character)) return true;
  const beside = [before, after].filter((one) => LETTER.test(one)).length;
  // A sign of theirs within a word in Latin letters is one byte of a letter and the next letter.
  if (WIDE.test(character)) return isLatin(before) && isLatin(after);
  if (WIDE.test(before) || WIDE.test(after)) return false;
  if (WITHIN_WORDS.test(character)) return false;
  if (!LETTER.test(character)) {
    return beside > (BESIDE_LETTERS.test(character) ? 1 : 0);
  }
  if (UPPER.test(character) && LOWER.test(before)) return true;
  return [before, after].some((one) => LETTER.test(one) && LATIN.test(one) !== LATIN.test(character));
}

const isLatin = (character: string): boolean => LETTER.test(character) && LATIN.test(character);

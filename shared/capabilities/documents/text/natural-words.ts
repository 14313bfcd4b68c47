/** Letters that people write with, by script; what is beyond is phonetic, archaic or of minorities. */
const SCRIPTS: readonly RegExp[] = [
  /^[A-Za-z\u00c0-\u017f\u0218-\u021b\u1e00-\u1eff\ufb00-\ufb06\p{M}'’]+$/u,
  /^[\u0400-\u045f\u0490-\u0493\u04ae-\u04b1\u04e8\u04e9\p{M}'’]+$/u,
  /^[\u0386-\u03ce\u1f00-\u1fff\p{M}'’]+$/u,
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+$/u,
  /^[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]+$/u,
  /^[\u0590-\u05ff\ufb1d-\ufb4f]+$/u,
  /^[\p{Script=Thai}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{M}]+$/u,
];
const HANGUL = /^\p{Script=Hangul}+$/u;
/** Syllables that hardly a Korean sentence lacks. */
const KOREAN = /[이가는은을를의에다고로]/u;
/** Numbers, with the signs that are before, in and behind them; and lines of one sign. */
const NUMBER = /^(?:[(+€$£§#~≈<>±-]*\p{N}[\p{N}.,:'’+)x×-]*[%€$£°*)]*|([\p{P}\p{S}])\1*)$/u;
const CASE = /^(?:\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}'’]+|[\p{Lu}\p{M}'’]+)$/u;
const LATIN = SCRIPTS[0] as RegExp;
const VOWEL = /[aeiouyäöüåæœø]/iu;
/** Latin words of more letters than this have a vowel. */
const LONG = 3;
/** Characters examined. */
const CHARACTERS = 20_000;
/** What is between words; a sign such as $ & % within a word belongs to it, and shows that it is not one. */
const BETWEEN_WORDS = /[\s.,;:!?/@"„“”«»…–—_‐・、。「」【】『』（）-]+/u;
const AROUND = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu;
/** A unit or the number of an item has few letters beside its digits: A4, 3rd, 12b. */
const UNIT = 3;

/**
 * Share of the letters of a text that are in words as people write them: of one script, small or capital throughout but
 * for the first letter, with vowels. Text whose letters are numbers of glyphs has few.
 */
export function naturalShare(text: string): number {
  const tokens = text.slice(0, CHARACTERS).normalize("NFKC").split(BETWEEN_WORDS).filter(Boolean);
  const korean = KOREAN.test(text);
  let [all, natural] = [0, 0];
  for (const part of tokens) {
    const token = NUMBER.test(part) ? "" : part.replace(AROUND, "");
    if (NUMBER.test(token)) continue;
    all += token.length;
    if (isNatural(token, korean)) natural += token.length;
  }
  return all === 0 ? 1 : natural / all;
}

function isNatural(token: string, korean: boolean): boolean {
  const letters = token.replace(/^\p{Nd}+|\p{Nd}+$/gu, "");
  if (letters !== token && letters.length > UNIT) return false;
  if (HANGUL.test(letters)) return korean;
  if (!SCRIPTS.some((script) => script.test(letters)) || !CASE.test(letters)) return false;
  return !LATIN.test(letters) || letters.length <= LONG || VOWEL.test(letters.normalize("NFD"));
}

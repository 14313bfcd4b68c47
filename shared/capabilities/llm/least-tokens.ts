const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;
/** Characters of these scripts that one token holds at most, on average. */
const WIDE_PER_TOKEN = 4;

/** How many tokens a text has at the least, whatever the tokenizer: one for each word between spaces. */
export function leastTokens(text: string): number {
  const wide = text.match(WIDE)?.length ?? 0;
  const words = text.match(/\S+/g)?.length ?? 0;
  return Math.max(words, Math.floor(wide / WIDE_PER_TOKEN));
}

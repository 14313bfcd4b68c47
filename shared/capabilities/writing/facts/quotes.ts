/** Quotation marks of English and German, each pair by itself: what one opens another does not close. */
const QUOTES =
  /„([^“”"„]{2,1500}?)[“”"]|“([^”“]{2,1500}?)”|»([^«»]{2,1500}?)«|«([^«»]{2,1500}?)»|(?<![\p{L}\p{N}])"([^"]{2,1500}?)"(?![\p{L}\p{N}])|‚([^‘’‚]{2,1500}?)[‘’](?!\p{L})/gu;

/** The same for texts that differ in blanks, kinds of apostrophes and what ends a sentence. */
const normalized = (text: string): string =>
  text
    .replace(/[‘’‚´`]/g, "'")
    .replace(/[*_]/g, "")
    .replace(/\s+/g, " ")
    .replace(/[\s.,;:!?…]+$/u, "")
    .trim();

/** What a text quotes, without quotation marks. */
export function quotesIn(text: string): string[] {
  const found = Array.from(text.matchAll(QUOTES), (match) => match.slice(1).find((group) => group !== undefined) ?? "");
  return [...new Set(found.map((quote) => quote.replace(/\s+/g, " ").trim()))].filter((quote) =>
    /[\p{L}\p{N}]/u.test(quote),
  );
}

/** A text without what it quotes. */
export const withoutQuotes = (text: string): string => text.replace(QUOTES, " ");

/** Quotes that are not in a text word for word. */
export function missingQuotes(quotes: readonly string[], text: string): string[] {
  const whole = normalized(`${text} `);
  // Most are quotes there too: the whole text is searched only for the others.
  const there = new Set(quotesIn(text).map(normalized));
  return quotes
    .map((quote) => [quote, normalized(quote)] as const)
    .filter(([, words]) => !there.has(words) && !whole.includes(words))
    .map(([quote]) => quote);
}

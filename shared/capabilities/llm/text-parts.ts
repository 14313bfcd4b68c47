import { splitSentences } from "./sentences.ts";
import { languageOfText } from "./text-language.ts";

/**
 * Cuts a text into parts of about the same size, at the ends of sentences where it has some.
 * @param max characters of a part
 * @param language ISO 639-1, or `auto`
 */
export function textParts(text: string, max: number, language: string): string[] {
  const count = Math.ceil(text.length / max);
  // Parts of equal size: a last one of three words would be summarized as if it weighed as much as the others.
  const size = Math.min(max, Math.ceil((text.length / count) * 1.1));
  const parts: string[] = [];
  let start = 0;
  let end = 0;
  const close = () => {
    if (end > start) parts.push(text.slice(start, end).trim());
    start = end;
  };
  for (const sentence of splitSentences(text, languageOfText(language, text))) {
    if (sentence.end - start > size) close();
    end = sentence.end;
    // A sentence longer than a part has no better place to be cut.
    while (end - start > size) {
      parts.push(text.slice(start, start + size).trim());
      start += size;
    }
  }
  close();
  return parts.filter((part) => part !== "");
}

import { splitSentences } from "./sentences.ts";
import { countWords, cutToWords } from "./words.ts";

/**
 * A summary that keeps to its length: whole sentences from the start as long as they fit, or, when not even the first
 * does, that one cut short.
 * @param max words
 */
export function summaryWithin(answer: string, max: number, language: string): string {
  const text = answer.trim();
  if (countWords(text, language) <= max) return text;
  const sentences = splitSentences(text, language);
  let words = 0;
  let end = 0;
  for (const sentence of sentences) {
    words += countWords(sentence.text, language);
    if (words > max) break;
    end = sentence.end;
  }
  return end > 0 ? text.slice(0, end) : cutToWords(sentences[0]?.text ?? text, max, language);
}

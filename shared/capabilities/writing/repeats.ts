import { splitSentences } from "../llm/sentences.ts";
import { plainText } from "./prose-words.ts";

/** Shorter sentences may stand in a text twice: "He was wrong." */
const LEAST_WORDS = 5;

/** What makes two sentences the same: their words. */
function keyOf(sentence: string): string | undefined {
  const words =
    plainText(sentence)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length < LEAST_WORDS ? undefined : words.join(" ");
}

/** A text without what stood there already. */
export interface Unrepeated {
  readonly text: string;
  /** Sentences that were removed. */
  readonly removed: number;
}

/**
 * Removes sentences that stand in a text for the second time, as models write them that have nothing more to say.
 * @param before texts that come before it
 */
export function withoutRepeats(text: string, before: readonly string[], language: string): Unrepeated {
  const seen = new Set(
    before.flatMap((each) => splitSentences(each, language)).flatMap((sentence) => keyOf(sentence.text) ?? []),
  );
  let kept = "";
  let from = 0;
  let removed = 0;
  for (const sentence of splitSentences(text, language)) {
    const key = keyOf(sentence.text);
    const isRepeated = key !== undefined && seen.has(key);
    if (key !== undefined) seen.add(key);
    if (!isRepeated) continue;
    kept += text.slice(from, sentence.start);
    from = sentence.end;
    removed += 1;
  }
  if (removed === 0) return { text, removed };
  const rest = (kept + text.slice(from)).replace(/[^\S\n]{2,}/g, " ").replace(/[^\S\n]+$/gm, "");
  return { text: rest.replace(/\n{3,}/g, "\n\n").trim(), removed };
}

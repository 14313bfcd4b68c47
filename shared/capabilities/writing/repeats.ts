import { findLanguage } from "../llm/embedded/languages.ts";
import { materialIn, namesTag } from "../llm/material.ts";
import { splitSentences } from "../llm/sentences.ts";
import { plainText } from "./prose-words.ts";

/** Shorter sentences may be in a text more than once: "He was wrong." */
const LEAST_WORDS = 5;
const MOST_TIMES = 2;

/** What makes two sentences the same: their words. */
const wordsIn = (text: string): string[] =>
  plainText(text)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** A text without what was there already. */
export interface Unrepeated {
  readonly text: string;
  /** Sentences that were removed. */
  readonly removed: number;
}

/** Removes sentences. */
function without(text: string, language: string, isUnwanted: (sentence: string) => boolean): Unrepeated {
  let kept = "";
  let from = 0;
  let removed = 0;
  for (const sentence of splitSentences(text, language)) {
    if (!isUnwanted(sentence.text)) continue;
    kept += text.slice(from, sentence.start);
    from = sentence.end;
    removed += 1;
  }
  if (removed === 0) return { text, removed };
  const rest = (kept + text.slice(from)).replace(/[^\S\n]{2,}/g, " ").replace(/[^\S\n]+$/gm, "");
  return { text: rest.replace(/\n{3,}/g, "\n\n").trim(), removed };
}

/**
 * Removes sentences that are in a text for the second time, as models write them when they run out of content.
 * @param before texts that come before it
 */
export const withoutRepeats = (text: string, before: readonly string[], language: string): Unrepeated =>
  withoutMoreThan(text, language, { before, times: () => 0 });

interface Allowed {
  readonly before: readonly string[];
  /** How often a sentence may stand there, by its words, beyond what every sentence may. */
  times(key: string): number;
}

function withoutMoreThan(text: string, language: string, { before, times }: Allowed): Unrepeated {
  const counts = new Map<string, number>();
  const isOneTooMany = (sentence: string): boolean => {
    const words = wordsIn(sentence);
    const key = words.join(" ");
    const seen = counts.get(key) ?? 0;
    counts.set(key, seen + 1);
    return key !== "" && seen >= Math.max(times(key), words.length < LEAST_WORDS ? MOST_TIMES : 1);
  };
  for (const sentence of before.flatMap((each) => splitSentences(each, language))) isOneTooMany(sentence.text);
  return without(text, language, isOneTooMany);
}

/** The same of a text that retells another one: what that says several times may be said as often. */
export function withoutOwnRepeats(text: string, source: string, language: string): Unrepeated {
  const inSource = new Map<string, number>();
  for (const { text: sentence } of splitSentences(source, language)) {
    const key = wordsIn(sentence).join(" ");
    inSource.set(key, (inSource.get(key) ?? 0) + 1);
  }
  return withoutMoreThan(text, language, { before: [], times: (key) => inSource.get(key) ?? 0 });
}

/** Words that carry meaning, without numbers. */
const contentWords = (text: string, language: string): string[] => {
  const known = findLanguage(language);
  const words = text.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
  return words.filter((word) => !known?.isStopWord(word)).map((word) => known?.stem(word) ?? word);
};

/** With fewer such words it is unknown where a sentence comes from, unless it is there word for word. */
const LEAST_TELLING = 5;
const ECHO_SHARE = 0.7;

/** What a model was told. */
export interface Told {
  readonly prompt: string;
  /** Sluice's own part of it, and of the system message. */
  readonly instructions: string;
}

/** "about 150 words", "40 weitere Wörter". */
const LENGTH = /(?<!\d)(\d{1,6}) (?:\p{L}{1,20} )?(?:words|Wörtern?)(?!\p{L})/gu;
const lengthsIn = (text: string): string[] => [...text.matchAll(LENGTH)].map(([, number = ""]) => number);

/**
 * Removes sentences that repeat the model's instructions: "The text is in English, flowing prose, without markers.", that say
 * how long the text is to be, or that speak of the prompt's tags.
 */
export function withoutEchoes(text: string, { prompt, instructions }: Told, language: string): Unrepeated {
  const told = new Set(contentWords(instructions, language));
  const lengths = new Set(lengthsIn(instructions));
  const whole = ` ${wordsIn(instructions).join(" ")} `;
  return without(text, language, (sentence) => {
    const said = wordsIn(sentence);
    if (said.length > 1 && whole.includes(` ${said.join(" ")} `)) return true;
    if (lengthsIn(sentence).some((number) => lengths.has(number)) || namesTag(sentence, prompt)) return true;
    const words = contentWords(plainText(sentence), language);
    return words.length >= LEAST_TELLING && words.filter((word) => told.has(word)).length >= words.length * ECHO_SHARE;
  });
}

/** What a section is about, as against what its content comes from. */
const SUBJECTS: ReadonlySet<string> = new Set(["person", "title", "outline", "section"]);
/** "The person: Ada Lovelace", or a line without a label. */
const LABELLED_LINE = /^(?:([\p{L}'’ ]{1,60}):)?(.*)$/u;
const LABEL_WORDS = 6;

/**
 * Removes lines that only say what the text is about, as the prompt does: "The person: Ada Lovelace", "The text:", or the
 * chapter's title alone.
 */
export function withoutLabels(text: string, { prompt, instructions }: Told): Unrepeated {
  const subjects = materialIn(prompt).filter(({ name }) => SUBJECTS.has(name));
  const lines = subjects.flatMap(({ text: given }) =>
    given.split("\n").flatMap((line) => [line, line.split(": ")[0] ?? ""]),
  );
  const known = new Set(lines.map((line) => wordsIn(line).join(" ")).filter((line) => line !== ""));
  const told = new Set(wordsIn(instructions));
  const isLabel = (line: string): boolean => {
    const [, label, rest = ""] = LABELLED_LINE.exec(plainText(line).trim()) ?? [];
    const [labelled, said] = [wordsIn(label ?? ""), wordsIn(rest).join(" ")];
    if (labelled.length > LABEL_WORDS) return false;
    return said === "" ? labelled.length > 0 && labelled.every((word) => told.has(word)) : known.has(said);
  };
  const all = text.split("\n");
  const kept = all.filter((line) => !isLabel(line));
  if (kept.length === all.length) return { text, removed: 0 };
  return {
    text: kept
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim(),
    removed: all.length - kept.length,
  };
}

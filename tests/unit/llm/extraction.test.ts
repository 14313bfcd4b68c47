import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { keyPhrases } from "../../../shared/capabilities/llm/embedded/key-phrases.ts";
import { findLanguage, type Language } from "../../../shared/capabilities/llm/embedded/languages.ts";
import { summarizeText } from "../../../shared/capabilities/llm/embedded/summary.ts";
import { termsOf } from "../../../shared/capabilities/llm/embedded/terms.ts";
import { splitSentences } from "../../../shared/capabilities/llm/sentences.ts";
import { countWords } from "../../../shared/capabilities/llm/words.ts";

const root = new URL("../../../", import.meta.url);
const goldSchema = z.array(
  z.object({ file: z.string(), language: z.enum(["en", "de"]), reference: z.string(), keywords: z.array(z.string()) }),
);
const gold = goldSchema
  .parse(JSON.parse(readFileSync(new URL("tests/fixtures/summaries/gold.json", root), "utf8")))
  .map((entry) => ({ ...entry, text: readFileSync(new URL(entry.file, root), "utf8") }));

function languageOf(code: string): Language {
  const language = findLanguage(code);
  if (!language) throw new Error(`no language ${code}`);
  return language;
}

describe.each(gold)("$file", ({ text, language: code }) => {
  const language = languageOf(code);
  const sentences = splitSentences(text, code).map((sentence) => sentence.text);

  test.each([20, 60, 150])("a summary of %i words holds whole sentences in their order", (max) => {
    const summary = summarizeText(text, max, language);

    expect(countWords(summary, code)).toBeLessThanOrEqual(max);
    let rest = summary;
    const places: number[] = [];
    while (rest) {
      const at = sentences.findIndex((sentence) => rest.startsWith(sentence));
      expect(at, rest).toBeGreaterThanOrEqual(0);
      places.push(at);
      rest = rest.slice(sentences[at]?.length).trimStart();
    }
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(places).size).toBe(places.length);
  });

  test("a summary of five words is cut and marked", () => {
    const summary = summarizeText(text, 5, language);

    expect(countWords(summary, code)).toBeLessThanOrEqual(5);
    expect(summary).toMatch(/…$|[.!?]$/);
  });

  test("key phrases stand in the text, begin and end with no stop word, and none repeats another", () => {
    const phrases = keyPhrases(text, 12, language);

    expect(phrases).toHaveLength(12);
    const folded = text.toLowerCase().replace(/\s+/g, " ");
    const stems = phrases.map((phrase) => termsOf(phrase, language).map(({ stem }) => stem));
    for (const phrase of phrases) {
      expect(folded).toContain(phrase.toLowerCase());
      const words = phrase.toLowerCase().split(" ");
      expect(language.isStopWord(words[0] ?? "")).toBe(false);
      expect(language.isStopWord(words.at(-1) ?? "")).toBe(false);
    }
    expect(new Set(stems.map((words) => words.join(" "))).size).toBe(12);
    if (code === "de") for (const phrase of phrases) expect(phrase.split(" ").at(-1)).toMatch(/^\p{Lu}/u);
  });
});

test("summaries say more of what a reader would say than the texts' first sentences do", () => {
  const share = (summary: string, reference: string, language: Language): number => {
    const words = (text: string) => termsOf(text, language).filter(({ content }) => content);
    const wanted = new Set(words(reference).map(({ stem }) => stem));
    const found = new Set(words(summary).map(({ stem }) => stem));
    return [...wanted].filter((stem) => found.has(stem)).length / wanted.size;
  };
  const totals = gold.map(({ text, language: code, reference }) => {
    const language = languageOf(code);
    const lead = splitSentences(text, code).filter(({ kind }) => kind === "prose");
    let first = "";
    for (const { text: sentence } of lead) {
      if (countWords(`${first} ${sentence}`, code) > 100) break;
      first = `${first} ${sentence}`;
    }
    return [share(summarizeText(text, 100, language), reference, language), share(first, reference, language)] as const;
  });

  const mean = (at: 0 | 1) => totals.reduce((sum, pair) => sum + pair[at], 0) / totals.length;
  expect(mean(0)).toBeGreaterThan(mean(1));
});

test("a text that fits is its own summary, and keywords never outnumber what there is", () => {
  const language = languageOf("en");

  expect(summarizeText("One short note. It ends here.", 50, language)).toBe("One short note. It ends here.");
  expect(keyPhrases("Leaking pipes.", 10, language)).toEqual(["leaking pipes"]);
  expect(keyPhrases("And so it is.", 10, language)).toEqual([]);
});

test("a text of a megabyte is summarized within bounds", () => {
  const text = gold
    .map((entry) => entry.text)
    .join("\n\n")
    .repeat(60)
    .slice(0, 1_000_000);

  const summary = summarizeText(text, 100, languageOf("en"));

  expect(countWords(summary)).toBeLessThanOrEqual(100);
  expect(summary.length).toBeGreaterThan(100);
});

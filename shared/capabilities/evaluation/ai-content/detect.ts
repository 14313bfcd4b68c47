import { UnsupportedLanguageError } from "../../../../contracts/errors.ts";
import type { AiContent } from "../../../../contracts/tasks/evaluation.ts";
import type { EmbeddedLanguage } from "../../llm/embedded/languages.ts";
import { languageOfText } from "../../llm/text-language.ts";
import { type Model, models } from "./models.ts";
import { sampleOf } from "./sample.ts";
import { measureSignals, type SignalName, signalNames } from "./signals.ts";

/** Below these, the signals are mostly chance. */
const LEAST_WORDS = 80;
const LEAST_SENTENCES = 4;
/** Between these scores nothing is claimed. */
const HUMAN_BELOW = 0.3;
const MACHINE_ABOVE = 0.7;
/** A value far beyond those that were measured counts as one at this many standard deviations. */
const MOST_DEVIATIONS = 3;

/** The language to evaluate by. @throws UnsupportedLanguageError for one that is neither English nor German */
export function evaluationLanguage(language: string, text: string): EmbeddedLanguage {
  const found = languageOfText(language, text);
  if (found === "en" || found === "de") return found;
  throw new UnsupportedLanguageError(
    `Texts are evaluated in English and German, and this one is in another language (${found}). If that is wrong, give its \`language\`.`,
  );
}

const rounded = (value: number): number => Number(value.toFixed(3));

function weightOf({ deviation, mean, weight }: Model["signals"][SignalName], value: number): number {
  const distance = (value - mean) / deviation;
  return weight * Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, distance));
}

function limitsOf(language: EmbeddedLanguage, words: number): string[] {
  return [
    "A score is evidence, never proof: people are mistaken for machines and machines for people. Do not decide about a person by it.",
    `Measured on ${models[language].measuredOn}; other models, subjects and kinds of text were not measured.`,
    ...(words < 2 * LEAST_WORDS ? [`The text has ${words} words; longer texts are told apart better.`] : []),
    "Edited, translated and mixed texts were not measured.",
  ];
}

/**
 * Scores whether a text looks as if a machine had written it: a logistic model of a few signals. The same text always
 * gets the same score.
 * @throws UnsupportedLanguageError
 */
export function detectAiContent(text: string, language: EmbeddedLanguage): AiContent {
  const sample = sampleOf(text, language);
  const { words, sentences } = sample;
  if (words.length < LEAST_WORDS || sentences.length < LEAST_SENTENCES) {
    const found = `${words.length} words in ${sentences.length} sentences of prose`;
    const limits = [`Too short to tell: ${found}; at least ${LEAST_WORDS} words in ${LEAST_SENTENCES} are needed.`];
    return { score: null, verdict: "too_short", signals: [], limits };
  }
  const model = models[language];
  const values = measureSignals(sample, language);
  const signals = signalNames.map((name) => ({
    ...{ name, value: rounded(values[name]) },
    weight: rounded(weightOf(model.signals[name], values[name])),
  }));
  const sum = signals.reduce((total, { weight }) => total + weight, model.bias);
  const score = rounded(1 / (1 + Math.exp(-sum)));
  return {
    score,
    verdict: score < HUMAN_BELOW ? "likely_human" : score > MACHINE_ABOVE ? "likely_machine" : "unclear",
    signals: signals.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
    limits: limitsOf(language, words.length),
  };
}

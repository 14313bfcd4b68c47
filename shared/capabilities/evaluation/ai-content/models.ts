/**
 * What the signals are worth, by language: fitted by bench/ai-content/measure.ts to half of the texts that
 * docs/evaluation.md names.
 *
 * @module
 */

import type { EmbeddedLanguage } from "../../llm/embedded/languages.ts";
import type { SignalName } from "./signals.ts";

/** A logistic model: the score is that of the bias and the weighted distances from the means. */
export interface Model {
  readonly bias: number;
  readonly signals: Readonly<Record<SignalName, { mean: number; deviation: number; weight: number }>>;
  /** What the error rates hold for. */
  readonly measuredOn: string;
}

/** By language. */
export const models: Readonly<Record<EmbeddedLanguage, Model>> = {
  en: {
    bias: -1.39,
    measuredOn: "60 English texts of 1961 by people and 24 by SmolLM2-135M-Instruct",
    signals: {
      sentence_length_variation: {
        mean: 0.407,
        deviation: 0.172,
        weight: -0.222,
      },
      word_entropy: {
        mean: 5.99,
        deviation: 0.197,
        weight: 0,
      },
      repeated_pairs: {
        mean: 0.0618,
        deviation: 0.0537,
        weight: 0,
      },
      function_words: {
        mean: 0.501,
        deviation: 0.0814,
        weight: 0.501,
      },
      variety_of_openings: {
        mean: 0.756,
        deviation: 0.241,
        weight: -0.443,
      },
      word_length: {
        mean: 4.94,
        deviation: 0.429,
        weight: 0.0425,
      },
      marks: {
        mean: 2.77,
        deviation: 2.78,
        weight: 0,
      },
      commas: {
        mean: 4.81,
        deviation: 2.68,
        weight: -2.32,
      },
      particulars: {
        mean: 1.32,
        deviation: 1.89,
        weight: 0,
      },
      stock_phrases: {
        mean: 0.262,
        deviation: 0.498,
        weight: 1.14,
      },
    },
  },
  de: {
    bias: -1.26,
    measuredOn: "52 German texts of 2015 and 2016 by people and 24 by Gemma 3 270M",
    signals: {
      sentence_length_variation: {
        mean: 0.407,
        deviation: 0.128,
        weight: -0.485,
      },
      word_entropy: {
        mean: 6.15,
        deviation: 0.114,
        weight: 0,
      },
      repeated_pairs: {
        mean: 0.055,
        deviation: 0.0585,
        weight: 0.273,
      },
      function_words: {
        mean: 0.534,
        deviation: 0.0599,
        weight: 2.26,
      },
      variety_of_openings: {
        mean: 0.783,
        deviation: 0.238,
        weight: -0.866,
      },
      word_length: {
        mean: 5.93,
        deviation: 0.609,
        weight: -0.422,
      },
      marks: {
        mean: 2.99,
        deviation: 1.85,
        weight: 0,
      },
      commas: {
        mean: 4.32,
        deviation: 1.99,
        weight: -1.76,
      },
      particulars: {
        mean: 2.93,
        deviation: 2.65,
        weight: -0.646,
      },
      stock_phrases: {
        mean: 0.295,
        deviation: 0.495,
        weight: 0.372,
      },
    },
  },
};

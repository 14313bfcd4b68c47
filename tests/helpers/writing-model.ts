/**
 * What a model would write, for a server of `startLlmServer`: prose of about as many words as the prompt asks for, new in each
 * answer, or an outline.
 *
 * @module
 */

import type { Behaviour, ChatRequest } from "./llm-server.ts";

const english =
  "The harbour town kept its archive in a cold room above the market, and letters from that winter tell how work went on there every day.";
const german =
  "Die Stadt am Hafen bewahrte ihre Akten in einem kalten Raum über dem Markt, und die Briefe aus jenem Winter erzählen von der Arbeit dort.";

/** The words that a prompt asks for; of several numbers the last. */
export function wordsAskedFor(request: ChatRequest): number {
  const text = String(request.messages.at(-1)?.content);
  return Number([...text.matchAll(/(\d+) (?:further |weitere )?(?:words|Wörter)/g)].at(-1)?.[1] ?? 0);
}

let written = 0;

/** Sentences that nobody wrote before, about so many words. @param mark behind each sentence, such as `[1]` */
export function prose(words: number, language = "en", mark = ""): string {
  const pattern = language === "de" ? german : english;
  const each = pattern.split(" ").length + 2;
  const sentences = Array.from({ length: Math.max(1, Math.round(words / each)) }, () => {
    written += 1;
    // Letters, so that nothing looks like a fact.
    const name = [...String(written)].map((digit) => String.fromCharCode(97 + Number(digit))).join("");
    const body = pattern.replace(/\.$/, ` ${language === "de" ? "und" : "with"} ${name}`);
    return `${body}${mark === "" ? "" : ` ${mark}`}.`;
  });
  return sentences.join(" ");
}

const outline = (sections: number): string =>
  JSON.stringify({
    sections: Array.from({ length: sections }, (_, index) => ({
      heading: `Part ${String.fromCharCode(65 + index)}`,
      points: `What happened in part ${index + 1}.`,
    })),
  });

/** How the model behaves. */
export interface WritingModel {
  readonly language?: string;
  readonly mark?: string;
  /** Of the words asked for. */
  readonly share?: number;
}

const isOutline = ({ response_format }: ChatRequest): boolean => response_format !== undefined;

/** A script of `startLlmServer`. */
export const writingModel =
  ({ language = "en", mark = "", share = 1 }: WritingModel = {}) =>
  (request: ChatRequest): Behaviour => {
    if (isOutline(request)) {
      const [, sections] = /(\d+) (?:sections|Abschnitte)/.exec(String(request.messages.at(-1)?.content)) ?? [];
      return { kind: "answer", content: outline(Number(sections)) };
    }
    return { kind: "answer", content: prose(wordsAskedFor(request) * share, language, mark) };
  };

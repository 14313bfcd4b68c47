import type { Aeo } from "../../../../contracts/tasks/evaluation.ts";
import type { EmbeddedLanguage } from "../../llm/embedded/languages.ts";
import { wordsOf } from "../ai-content/sample.ts";
import { criteria } from "./criteria.ts";
import { isHtml, type Page, proseOf } from "./page.ts";
import { readHtml } from "./read-html.ts";
import { readMarkdown } from "./read-markdown.ts";

/** Reads a page in whichever of the two formats it is. @throws MarkdownTooComplexError */
export const readPage = (content: string): Page => (isHtml(content) ? readHtml(content) : readMarkdown(content));

/** What is asked of a page. */
export interface AeoOptions {
  readonly question: string | undefined;
  readonly language: EmbeddedLanguage;
}

/** Scores how easily an answer engine finds the answer in a page. */
export function scoreAeo(page: Page, { question, language }: AeoOptions): Aeo {
  const prose = proseOf(page);
  const scored = { page, prose, words: wordsOf(prose), question, language };
  const found = criteria.map(({ name, weight, score }) => ({ name, weight, ...score(scored) }));
  const sum = found.reduce((total, { score, weight }) => total + score * weight, 0);
  return { score: Math.round(sum / 100), criteria: found.map(({ weight: _weight, ...criterion }) => criterion) };
}

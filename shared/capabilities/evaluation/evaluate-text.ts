import { InvalidInputError } from "../../../contracts/errors.ts";
import type { Aeo, AiContent } from "../../../contracts/tasks/evaluation.ts";
import { proseOf } from "./aeo/page.ts";
import { readPage, scoreAeo } from "./aeo/score.ts";
import { detectAiContent, evaluationLanguage } from "./ai-content/detect.ts";
import { wordsOf } from "./ai-content/sample.ts";

/** What is to be evaluated. */
export interface EvaluationCall {
  readonly content: string;
  readonly language: string;
  readonly question?: string | undefined;
  /** `text` is plain text, of which detection reads all; a `page` is Markdown or HTML. */
  readonly as: "text" | "page";
}

/** What was found; of plain text, there is no score for answer engines. */
export interface Evaluation {
  readonly aiContent: AiContent;
  readonly aeo: Aeo | undefined;
  readonly words: number;
}

/**
 * Evaluates one text.
 * @throws UnsupportedLanguageError
 * @throws MarkdownTooComplexError
 * @throws InvalidInputError for a page without words
 */
export function evaluateText({ content, language: given, question, as }: EvaluationCall): Evaluation {
  if (as === "text") {
    const language = evaluationLanguage(given, content);
    return { aiContent: detectAiContent(content, language), aeo: undefined, words: wordsOf(content).length };
  }
  const page = readPage(content);
  const prose = proseOf(page);
  const words = wordsOf(prose).length;
  if (words === 0 && page.blocks.length === 0) throw new InvalidInputError("/content: shows no word to a reader");
  const language = evaluationLanguage(given, prose);
  const paragraphs = page.blocks.filter(({ kind }) => kind === "paragraph").map(({ text }) => text);
  return {
    aiContent: detectAiContent(paragraphs.join("\n\n"), language),
    aeo: scoreAeo(page, { question, language }),
    words,
  };
}

/**
 * Evaluates texts in a thread, as the tasks of the queue `evaluation` ask for it.
 *
 * @module
 */

import { InvalidInputError, UnsupportedLanguageError } from "../../../contracts/errors.ts";
import type { Aeo } from "../../../contracts/tasks/evaluation.ts";
import { boundedCalls } from "../markdown/bounded-call.ts";
import type { Evaluation, EvaluationCall } from "./evaluate-text.ts";

/** Below the soft time limit, so that a hostile text fails for good and is not tried again. */
const BOUNDS = { seconds: 30, megabytes: 512, errors: { InvalidInputError, UnsupportedLanguageError } };

/** Evaluates one text in a thread. @throws MarkdownTooComplexError, UnsupportedLanguageError, InvalidInputError */
export const evaluate = boundedCalls<EvaluationCall, Evaluation>(
  new URL(`./evaluation.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url),
  BOUNDS,
);

/** Evaluates a page of Markdown or HTML. @throws as {@link evaluate} */
export async function evaluatePage(
  page: Omit<EvaluationCall, "as">,
  signal: AbortSignal,
): Promise<Evaluation & { readonly aeo: Aeo }> {
  const evaluation = await evaluate({ as: "page", ...page }, signal);
  if (!evaluation.aeo) throw new Error("A page was evaluated as plain text.");
  return { ...evaluation, aeo: evaluation.aeo };
}

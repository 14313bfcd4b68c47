/**
 * What a failed run says of the backend that all jobs of a kind share.
 *
 * @module
 */

import {
  AnswerCutError,
  ConnectionError,
  ContentFilterError,
  EmptyAnswerError,
  LLMServerError,
  LLMTimeoutError,
  PromptCutError,
  RefusalError,
  SchemaValidationError,
  TextTooLongError,
} from "../../../contracts/errors.ts";

const outages = [ConnectionError, LLMServerError, LLMTimeoutError];
/** A backend that gives an answer, though it is of no use, is up. */
const answers = [
  AnswerCutError,
  ContentFilterError,
  EmptyAnswerError,
  PromptCutError,
  RefusalError,
  SchemaValidationError,
  TextTooLongError,
];

/** @returns undefined when the error says nothing of the backend: a reply that cannot be read may be a gateway's */
export function verdictOnBackend(thrown: unknown): "down" | "up" | undefined {
  if (outages.some((error) => thrown instanceof error)) return "down";
  return answers.some((error) => thrown instanceof error) ? "up" : undefined;
}

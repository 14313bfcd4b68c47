import type { TaskContext } from "../../engine/worker/context.ts";
import { settingsOfRun } from "../llm/long-text.ts";
import { wordsOfAnswer } from "./plan.ts";

/** Words of one answer of the model that a run asks. @param language ISO 639-1 */
export function perAnswerOf(context: TaskContext, language: string): number {
  const { MAX_TOKENS: tokens, LLM_CONTEXT_TOKENS: all } = settingsOfRun(context);
  return wordsOfAnswer(all === undefined ? tokens : Math.min(tokens, all / 2), language);
}

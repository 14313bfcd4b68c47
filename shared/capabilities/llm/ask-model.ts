/**
 * One question to the model and the reading of its answer.
 *
 * @module
 */

import { PromptCutError } from "../../../contracts/errors.ts";
import type { Usage } from "../../../contracts/jobs/wire.ts";
import type { Generation, LanguageModelBackend, ModelAnswer } from "./backend.ts";
import { leastTokens } from "./least-tokens.ts";
import { type CallLog, logCall } from "./log-call.ts";
import { type Answer, readAnswer } from "./reading/read-answer.ts";

/** A prompt of which the server counts less than this share was cut. */
const CUT_SHARE = 0.5;
/** Below this nobody cuts, and templates and estimates weigh too much. */
const CUT_TOKENS = 1_000;

function checkPromptIsWhole({ system, prompt }: Generation, { usage }: ModelAnswer): void {
  const least = leastTokens(system) + leastTokens(prompt);
  if (!usage || least < CUT_TOKENS || usage.prompt_tokens >= least * CUT_SHARE) return;
  throw new PromptCutError(
    `The model server read ${usage.prompt_tokens} tokens of a prompt of at least ${least}: it left out a part of the text. ` +
      "Raise its context (llama.cpp --ctx-size, Ollama num_ctx, vLLM --max-model-len), or set LLM_CONTEXT_TOKENS to it.",
  );
}

/** What a call reports beside its answer. */
export interface AskOptions {
  /** Given the tokens, when the backend counts them. */
  readonly book: (usage: Usage) => void;
  readonly log: CallLog;
}

/**
 * Asks and reads. Tokens are booked before the answer is judged: a useless answer has cost them all the same.
 * @throws what the backend throws; PromptCutError; what {@link readAnswer} throws
 */
export async function askModel(
  model: LanguageModelBackend,
  generation: Generation,
  { book, log }: AskOptions,
): Promise<Answer & { readonly usage: Usage | null }> {
  const answer = await logCall(model, log, () => model.generate(generation));
  if (answer.usage) book(answer.usage);
  checkPromptIsWhole(generation, answer);
  return {
    ...readAnswer(answer, { asked: generation, wantsJson: generation.schema !== undefined }),
    usage: answer.usage,
  };
}

/**
 * Texts that are longer than the model's context: the parts are summarized, then their summaries together.
 *
 * @module
 */

import type { z } from "zod";
import { PromptCutError, TextTooLongError } from "../../../contracts/errors.ts";
import type { LlmSettings } from "../../../contracts/settings/llm.ts";
import type { summarize } from "../../../contracts/tasks/summarize.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { processLlmSettings } from "./process-model.ts";
import { configOf, settingsOf } from "./providers/job-model.ts";
import { textParts } from "./text-parts.ts";

type Input = z.output<typeof summarize.input>;
type Output = z.output<typeof summarize.output>;
type Summarize = (input: Input, context: TaskContext) => Promise<Output>;
type Settings = Pick<LlmSettings, "LLM_BACKEND" | "LLM_CONTEXT_TOKENS" | "LLM_MAX_PARTS" | "MAX_TOKENS">;

/** Characters of a token at the least, for texts in letters; those in Han and the like have about one. */
const CHARACTERS_PER_TOKEN = 2.5;
const CHARACTERS_PER_WORD = 6;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
/** Of the prompt around the text. */
const PROMPT_TOKENS = 300;
/** A part's summary in words: enough that the second round has something to choose from. */
const PART_WORDS = { least: 40, most: 250 };
/** A text of fewer characters is not divided: what does not fit then is the prompt, not the text. */
const SHORTEST_PART = 500;
/** How often a part is halved when the server does not say how much it takes. */
const MAX_HALVINGS = 6;

/** Characters of a text that fit into a context beside the prompt and the answer. */
function charactersIn(contextTokens: number, maxTokens: number, text: string): number {
  const tokens = contextTokens - Math.min(maxTokens, Math.floor(contextTokens / 2)) - PROMPT_TOKENS;
  return Math.max(200, Math.floor(tokens * (WIDE.test(text.slice(0, 2_000)) ? 1 : CHARACTERS_PER_TOKEN)));
}

/** Why a text cannot be summarized in parts. @param max characters of a part */
const tooManyParts = (characters: number, max: number, { LLM_MAX_PARTS: parts }: Settings): string =>
  `The text has ${characters} characters; the model's context takes about ${max} at once and LLM_MAX_PARTS is ${parts}, ` +
  `which makes ${max * parts}. Shorten the text, raise LLM_MAX_PARTS, or use a model with a larger context.`;

/**
 * What is wrong with the length of a text, where the size of the model's context is set.
 * @returns undefined when it can be summarized, or nobody knows
 */
export function lengthFault(text: string, settings: Settings = processLlmSettings()): string | undefined {
  const { LLM_CONTEXT_TOKENS: tokens, LLM_MAX_PARTS: parts, MAX_TOKENS: maxTokens } = settings;
  if (tokens === undefined || settings.LLM_BACKEND === "embedded") return undefined;
  const max = charactersIn(tokens, maxTokens, text);
  return text.length > max * parts ? tooManyParts(text.length, max, settings) : undefined;
}

/** How much a model has taken, for the next long text of this process. */
const learntCharacters = new Map<string, number>();

/** Which model a job asks, in a word. */
function modelName(context: TaskContext): string {
  const { provider = "default", model = "" } = configOf(context) ?? {};
  return `${provider} ${model}`;
}

interface Parts {
  readonly input: Input;
  readonly context: TaskContext;
  readonly once: Summarize;
  /** Characters of a part. */
  readonly max: number;
  readonly settings: Settings;
}

async function inParts(job: Parts): Promise<Output> {
  const { input, context, once, max, settings } = job;
  const parts = textParts(input.text, max, input.language);
  if (parts.length > settings.LLM_MAX_PARTS) {
    throw new TextTooLongError(tooManyParts(input.text.length, max, settings));
  }
  // The summaries together are to fit into one part.
  const words = Math.round((max / CHARACTERS_PER_WORD / parts.length) * 0.8);
  const max_length = Math.max(PART_WORDS.least, Math.min(PART_WORDS.most, words));
  const total = parts.length + 1;
  const summaries: Output[] = [];
  // One after the other: a server that is short of context is short of slots as well.
  for (const [index, part] of parts.entries()) {
    context.progress(index, total, `part ${index + 1} of ${parts.length}`);
    context.signal.throwIfAborted();
    summaries.push(await once({ ...input, text: part, max_length }, context));
  }
  context.progress(parts.length, total, "the summaries of the parts together");
  const joined = { ...input, text: summaries.map(({ summary }) => summary).join("\n\n") };
  const isShort = joined.text.length <= max;
  // A second round is shorter than the first by far; one that is not would never end.
  if (!isShort && joined.text.length > input.text.length / 2)
    throw new TextTooLongError(tooManyParts(input.text.length, max, settings));
  const last = isShort ? await once(joined, context) : await inParts({ ...job, input: joined });
  context.progress(total, total);
  return summaries.some(({ truncated }) => truncated) ? { ...last, truncated: true } : last;
}

/** A refusal for the text's length, which parts may get around. */
const isTooLong = (error: unknown): error is TextTooLongError | PromptCutError =>
  error instanceof TextTooLongError || error instanceof PromptCutError;

/**
 * Summarizes a text, in parts when it does not fit into the model's context: LLM_CONTEXT_TOKENS, or what the server says
 * when it refuses the whole.
 * @param once summarizes a text that fits
 * @throws TextTooLongError when it takes more than LLM_MAX_PARTS
 */
export async function summarizeInParts(
  input: Input,
  context: TaskContext,
  once: Summarize,
  settings: Settings = settingsOf(context),
): Promise<Output> {
  const name = modelName(context);
  const { LLM_CONTEXT_TOKENS: tokens, MAX_TOKENS: maxTokens } = settings;
  if (settings.LLM_BACKEND === "embedded") return await once(input, context);
  let max = tokens === undefined ? learntCharacters.get(name) : charactersIn(tokens, maxTokens, input.text);
  for (let halvings = 0; ; halvings++) {
    try {
      if (max === undefined || input.text.length <= max) return await once(input, context);
      const summary = await inParts({ input, context, once, max, settings });
      if (tokens === undefined) learntCharacters.set(name, max);
      return summary;
    } catch (error) {
      if (!isTooLong(error) || halvings === MAX_HALVINGS) throw error;
      const stated = error instanceof TextTooLongError ? error.contextTokens : undefined;
      const fits = stated === undefined ? Infinity : charactersIn(stated, maxTokens, input.text);
      const next = Math.floor(Math.min(fits, (max ?? input.text.length) / 2));
      if (next < SHORTEST_PART || next * settings.LLM_MAX_PARTS < input.text.length) throw error;
      max = next;
    }
  }
}

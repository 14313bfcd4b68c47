/**
 * Texts that are longer than the model's context: the parts are summarized, then their summaries together.
 *
 * @module
 */

import type { z } from "zod";
import { TextTooLongError } from "../../../contracts/errors.ts";
import type { summarize } from "../../../contracts/tasks/summarize.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { bySecondModel, isTooLong, processFallbackSettings } from "./fallback.ts";
import { type BoundSettings, boundFault, charactersIn, wordsOfPart } from "./length-bound.ts";
import { configOf, isOwnModel, settingsOf } from "./providers/job-model.ts";
import { textParts } from "./text-parts.ts";

type Input = z.output<typeof summarize.input>;
type Output = z.output<typeof summarize.output>;
type Summarize = (input: Input, context: TaskContext) => Promise<Output>;
/** A text of fewer characters is not divided: what does not fit then is the prompt, not the text. */
const SHORTEST_PART = 500;
/** How often a part is halved when the server does not say how much it takes. */
const MAX_HALVINGS = 6;

/** How much a model has taken, for the next long text of this process. */
const learntCharacters = new Map<string, number>();

/** Which model a job asks, in a word. */
function modelName(context: TaskContext): string {
  const { provider = "default", model = "" } = configOf(context) ?? {};
  return usesSecond(context) ? "second" : `${provider} ${model}`;
}

/** Whether the second model is asked in place of the stage's own. */
const usesSecond = (context: TaskContext): boolean => context.usesFallback === true && isOwnModel(context);

/** The settings of the model that a run asks: of the second one where it takes over. */
export const settingsOfRun = (context: TaskContext): BoundSettings =>
  (usesSecond(context) ? processFallbackSettings() : undefined) ?? settingsOf(context);

interface Parts {
  readonly input: Input;
  readonly context: TaskContext;
  readonly once: Summarize;
  /** Characters of a part. */
  readonly max: number;
  readonly settings: BoundSettings;
}

async function inParts(job: Parts): Promise<Output> {
  const { input, context, once, max, settings } = job;
  const fault = boundFault(input, max, { settings });
  if (fault !== undefined) throw new TextTooLongError(fault);
  const parts = textParts(input.text, max, input.language);
  const max_length = wordsOfPart(parts.length, max);
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
  if (!isShort && joined.text.length > input.text.length / 2) {
    throw new TextTooLongError("The summaries of the text's parts are too long to be summarized together.");
  }
  const last = isShort ? await once(joined, context) : await inParts({ ...job, input: joined });
  context.progress(total, total);
  return summaries.some(({ truncated }) => truncated) ? { ...last, truncated: true } : last;
}

/** The whole text by the second model, where there is one that may take it. @returns undefined when it is too long for it */
async function bySecond(input: Input, context: TaskContext, once: Summarize): Promise<Output | undefined> {
  const second = context.usesFallback || !isOwnModel(context) ? undefined : processFallbackSettings();
  if (!second) return undefined;
  const { LLM_CONTEXT_TOKENS: tokens, MAX_TOKENS: maxTokens } = second;
  if (tokens !== undefined && input.text.length > charactersIn(tokens, maxTokens, input.text)) return undefined;
  try {
    return await bySecondModel(() => once(input, { ...context, usesFallback: true }));
  } catch (error) {
    if (isTooLong(error)) return undefined;
    throw error;
  }
}

/**
 * Summarizes a text, in parts when it does not fit into the model's context: LLM_CONTEXT_TOKENS, or what the server says
 * when it refuses the whole.
 * @param once summarizes a text that fits
 * @throws TextTooLongError when it takes more than LLM_MAX_PARTS
 */
export async function summarizeInParts(input: Input, context: TaskContext, once: Summarize): Promise<Output> {
  const settings = settingsOfRun(context);
  const name = modelName(context);
  const { LLM_CONTEXT_TOKENS: tokens, MAX_TOKENS: maxTokens } = settings;
  if (settings.LLM_BACKEND === "embedded") return await once(input, context);
  let max = tokens === undefined ? learntCharacters.get(name) : charactersIn(tokens, maxTokens, input.text);
  for (let halvings = 0; ; halvings++) {
    try {
      if (max === undefined || input.text.length <= max) return await once(input, context);
      const whole = halvings === 0 ? await bySecond(input, context, once) : undefined;
      if (whole) return whole;
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

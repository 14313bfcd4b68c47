/**
 * How long a text may be that is summarized in parts: as many parts as LLM_MAX_PARTS allows and as the model has time for
 * within the task's soft time limit.
 *
 * @module
 */

import type { z } from "zod";
import { limitSettings } from "../../../contracts/settings/limits.ts";
import type { LlmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { taskSettings } from "../../../contracts/settings/tasks.ts";
import { summarize } from "../../../contracts/tasks/summarize.ts";
import { processFallbackSettings } from "./fallback.ts";
import { processLlmSettings } from "./process-model.ts";
import { textParts } from "./text-parts.ts";

/** What the bound depends on. */
export type BoundSettings = Pick<
  LlmSettings,
  "LLM_BACKEND" | "LLM_CONTEXT_TOKENS" | "LLM_MAX_PARTS" | "LLM_PART_SECONDS" | "MAX_TOKENS"
>;

/** Seconds that a run has, and requests that it may make in a minute. */
export interface TimeBound {
  readonly softSeconds: number;
  readonly requestsPerMinute: number;
}

/** Characters of a token at the least, for texts in letters; those in Han and the like have about one. */
const CHARACTERS_PER_TOKEN = 2.5;
const CHARACTERS_PER_WORD = 6;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
/** Of the prompt around the text. */
const PROMPT_TOKENS = 300;
/** A part's summary in words: enough that the second round has something to choose from. */
const PART_WORDS = { least: 40, most: 250 };

/** Characters of a text that fit into a context beside the prompt and the answer. */
export function charactersIn(contextTokens: number, maxTokens: number, text: string): number {
  const tokens = contextTokens - Math.min(maxTokens, Math.floor(contextTokens / 2)) - PROMPT_TOKENS;
  return Math.max(200, Math.floor(tokens * (WIDE.test(text.slice(0, 2_000)) ? 1 : CHARACTERS_PER_TOKEN)));
}

/** Words of a part's summary, so that the summaries together fit into one part. @param max characters of a part */
export function wordsOfPart(parts: number, max: number): number {
  const words = Math.round((max / CHARACTERS_PER_WORD / parts) * 0.8);
  return Math.max(PART_WORDS.least, Math.min(PART_WORDS.most, words));
}

/** Calls for so many parts, and for their summaries together, which may take a round of parts again. */
function callsFor(parts: number, max: number): number {
  if (parts === 1) return 1;
  const together = Math.ceil((parts * wordsOfPart(parts, max) * CHARACTERS_PER_WORD) / max);
  return parts + callsFor(Math.min(together, Math.ceil(parts / 2)), max);
}

function secondsFor(
  calls: number,
  { LLM_PART_SECONDS: each }: BoundSettings,
  { requestsPerMinute }: TimeBound,
): number {
  return Math.max(calls * each, Math.floor((calls - 1) / requestsPerMinute) * 60);
}

/** What a run of this process has; the task's own soft limit where none is set. */
function processTimeBound(): TimeBound {
  const { TASK_SOFT_TIME_LIMIT: softSeconds = Infinity } = parseSettings(taskSettings, process.env);
  const limits = parseSettings(limitSettings, process.env);
  const { LLM_REQUESTS_PER_MINUTE: all = Infinity, LLM_PROJECT_REQUESTS_PER_MINUTE: own = Infinity } = limits;
  return {
    softSeconds: Math.min(softSeconds, summarize.timeLimit.soft),
    requestsPerMinute: Math.min(all, own),
  };
}

/** Parts that a text may have at the most. @param max characters of a part */
function mostParts(max: number, settings: BoundSettings, time: TimeBound): number {
  let parts = settings.LLM_MAX_PARTS;
  while (parts > 1 && secondsFor(callsFor(parts, max), settings, time) > time.softSeconds) parts -= 1;
  return parts;
}

type Input = Pick<z.output<typeof summarize.input>, "text" | "language">;

/**
 * Why a text cannot be summarized in parts.
 * @param max characters of a part
 * @returns undefined when it can
 */
export function boundFault(
  { text, language }: Input,
  max: number,
  { settings, time = processTimeBound() }: { readonly settings: BoundSettings; readonly time?: TimeBound | undefined },
): string | undefined {
  const most = mostParts(max, settings, time);
  // Parts end with sentences: there may be twice as many as if they did not.
  if (text.length * 2 <= max * most) return undefined;
  if (text.length <= max * most && textParts(text, max, language).length <= most) return undefined;
  const why =
    most < settings.LLM_MAX_PARTS
      ? `within the time limit of ${time.softSeconds} s it can be asked about ${most} parts (LLM_PART_SECONDS is ${settings.LLM_PART_SECONDS})`
      : `LLM_MAX_PARTS is ${most}`;
  return (
    `The text has ${text.length} characters; the model's context takes about ${max} at once and ${why}, ` +
    `which makes about ${max * most}. Shorten the text, or use a model with a larger context.`
  );
}

/**
 * What is wrong with the length of a text, where the size of the model's context is set.
 * @returns undefined when it can be summarized, or nobody knows
 */
export function lengthFault(
  input: Input,
  settings: BoundSettings = processLlmSettings(),
  { time, second = processFallbackSettings() }: { readonly time?: TimeBound; readonly second?: BoundSettings } = {},
): string | undefined {
  if (settings.LLM_BACKEND === "embedded" || settings.LLM_CONTEXT_TOKENS === undefined) return undefined;
  const max = charactersIn(settings.LLM_CONTEXT_TOKENS, settings.MAX_TOKENS, input.text);
  if (input.text.length <= max) return undefined;
  if (second?.LLM_BACKEND !== undefined) {
    const { LLM_CONTEXT_TOKENS: tokens, MAX_TOKENS: maxTokens } = second;
    // The second model is asked for the whole.
    if (tokens === undefined || input.text.length <= charactersIn(tokens, maxTokens, input.text)) return undefined;
  }
  return boundFault(input, max, { settings, time });
}

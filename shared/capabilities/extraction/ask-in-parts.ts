/**
 * Asks about a document part by part, each as large as the model takes.
 *
 * @module
 */

import type { DocumentPage } from "../../../contracts/documents/structure.ts";
import { TextTooLongError } from "../../../contracts/errors.ts";
import { extract } from "../../../contracts/tasks/extraction.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { isTooLong } from "../llm/fallback.ts";
import { charactersIn } from "../llm/length-bound.ts";
import { settingsOfRun } from "../llm/long-text.ts";
import { type Part, partsOf } from "./parts.ts";

/** Characters that the embedded engine reads at a time: a few pages, as a request of the task `normalize` has at most. */
const EMBEDDED_PART = 16_000;
/** However large the model's context is: in a longer text, models overlook more. */
const LONGEST_PART = 60_000;
const SHORTEST_PART = 500;
/** How often a part is halved when the server does not say how much it takes. */
const MAX_HALVINGS = 6;

/** What is asked about each part. */
export interface PartQuestion<Result> {
  readonly pages: readonly DocumentPage[];
  readonly context: TaskContext;
  /** Characters of a question beside the part: the schema, or the classes. */
  readonly overhead: number;
  /** What is asked; not all parts need to be. */
  readonly choose?: (parts: readonly Part[]) => readonly Part[];
  ask(part: Part): Promise<Result>;
}

/** Characters of a part to begin with. @throws TextTooLongError when the question leaves no room for one */
function firstSize({ pages, context, overhead }: PartQuestion<unknown>): number {
  const settings = settingsOfRun(context);
  if (settings.LLM_BACKEND === "embedded") return EMBEDDED_PART;
  const { LLM_CONTEXT_TOKENS: tokens, MAX_TOKENS: maxTokens } = settings;
  if (tokens === undefined) return LONGEST_PART;
  const sample = pages[0]?.blocks[0]?.text ?? "";
  const size = Math.min(LONGEST_PART, charactersIn(tokens, maxTokens, sample) - overhead);
  if (size >= SHORTEST_PART) return size;
  throw new TextTooLongError(
    `The schema or the classes take ${overhead} characters of a question, and the model's context of ${tokens} tokens has no room for the document beside them. ` +
      "Ask for less, or use a model with a larger context.",
  );
}

/** @throws TextTooLongError when there are more parts than may be asked about */
function checkCount(count: number, max: number, context: TaskContext): void {
  const { LLM_BACKEND, LLM_MAX_PARTS, LLM_PART_SECONDS } = settingsOfRun(context);
  if (LLM_BACKEND === "embedded") return;
  const inTime = Math.max(1, Math.floor(extract.timeLimit.soft / LLM_PART_SECONDS));
  const most = Math.min(LLM_MAX_PARTS, inTime);
  if (count <= most) return;
  throw new TextTooLongError(
    `The document makes ${count} parts of up to ${max} characters, and ${most} may be asked about (LLM_MAX_PARTS is ${LLM_MAX_PARTS}, LLM_PART_SECONDS is ${LLM_PART_SECONDS}). ` +
      "Split the document, or use a model with a larger context.",
  );
}

async function askAll<Result>(question: PartQuestion<Result>, max: number): Promise<Result[]> {
  const { pages, context, choose = (parts) => parts, ask } = question;
  const parts = choose(partsOf(pages, max));
  checkCount(parts.length, max, context);
  const results: Result[] = [];
  // One after the other: a server that is short of context is short of slots as well.
  for (const [index, part] of parts.entries()) {
    context.progress(index, parts.length, `part ${index + 1} of ${parts.length}`);
    context.signal.throwIfAborted();
    results.push(await ask(part));
  }
  context.progress(parts.length, parts.length, "parts");
  return results;
}

/**
 * Asks about each part, in smaller parts when the server refuses them for their length.
 * @returns the answers in the order of the document
 * @throws TextTooLongError
 */
export async function askInParts<Result>(question: PartQuestion<Result>): Promise<Result[]> {
  const { MAX_TOKENS: maxTokens, LLM_BACKEND } = settingsOfRun(question.context);
  let max = firstSize(question);
  for (let halvings = 0; ; halvings++) {
    try {
      return await askAll(question, max);
    } catch (error) {
      if (!isTooLong(error) || LLM_BACKEND === "embedded" || halvings === MAX_HALVINGS) throw error;
      const stated = error instanceof TextTooLongError ? error.contextTokens : undefined;
      const fits = stated === undefined ? Infinity : charactersIn(stated, maxTokens, "") - question.overhead;
      const longest = Math.max(...partsOf(question.pages, max).map(({ text }) => text.length));
      const next = Math.floor(Math.min(fits, Math.min(max, longest) / 2));
      if (next < SHORTEST_PART) throw error;
      max = next;
    }
  }
}

/**
 * Rewrites a text, piece by piece where it is longer than an answer. Numbers, names, quotes and terms of the original are looked
 * for in what the model wrote: it is asked again once for what is missing, and then the job fails.
 *
 * @module
 */

import { z } from "zod";
import type { InputOf, OutputOf } from "../../../contracts/define-task.ts";
import {
  AnswerCutError,
  FactsLostError,
  InvalidInputError,
  RefusalError,
  TextNotShortenedError,
  UnreadableAnswerError,
} from "../../../contracts/errors.ts";
import { usageSchema } from "../../../contracts/jobs/wire.ts";
import type { rewriteContent } from "../../../contracts/tasks/rewrite-content.ts";
import type { WritingWarning } from "../../../contracts/tasks/writing.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { bounded } from "../../lib/http/server-words.ts";
import { asMaterial, namesTag, withoutTags } from "../llm/material.ts";
import { askQuestion, requiredModel } from "../llm/question.ts";
import { speaksOfRequest } from "../llm/reading/conversation.ts";
import { plainProse } from "../llm/reading/prose.ts";
import { proseIn } from "../llm/reading/prose-answer.ts";
import { type Answer, RAISE_MAX_TOKENS } from "../llm/reading/read-answer.ts";
import { splitSentences } from "../llm/sentences.ts";
import { languageOfText } from "../llm/text-language.ts";
import { changesBetween } from "./changes.ts";
import { countedUsage } from "./counted-usage.ts";
import { type Facts, factsIn, factsInWords, missingFacts } from "./facts/facts.ts";
import { missingNumbers, numbersIn } from "./facts/numbers.ts";
import { perAnswerOf } from "./per-answer.ts";
import { promptsFor } from "./prompts/prompts.ts";
import { countProse } from "./prose-words.ts";
import { assertLanguage } from "./read-section.ts";
import { type Unrepeated, withoutOwnRepeats } from "./repeats.ts";
import { inChunks } from "./split-content.ts";

type Input = InputOf<typeof rewriteContent>;
type Output = OutputOf<typeof rewriteContent>;

/** The pieces that are rewritten. */
const stateSchema = z.object({
  done: z.array(z.string()),
  removedRepeats: z.int().default(0),
  usage: usageSchema.nullable(),
});

const SHOWN = 10;

/** Whole sentences from the start, as many as fit. @returns undefined when a fact is in the rest */
function withinWords(
  text: string,
  most: number,
  { facts, language }: { facts: Facts; language: string },
): string | undefined {
  const sentences = splitSentences(text, language);
  const last = sentences.findLast(({ end }) => countProse(text.slice(0, end), language) <= most);
  const short = last && text.slice(0, last.end).trim();
  return short !== undefined && factsInWords(missingFacts(facts, short)) === "" ? short : undefined;
}

/** A piece of the text, and how long it may become. */
interface Task {
  readonly piece: string;
  /** Undefined: as long as it needs. */
  readonly maxWords: number | undefined;
  readonly language: string;
}

/** "The rewritten text is:", where the text itself says no such thing. */
const OF_ITSELF =
  /\b(?:the|this|my) (?:rewritten|revised) (?:text|version)\b|(?<!\p{L})(?:de[rnm]|die|dieser) (?:umgeschriebene|überarbeitete)n? (?:text|fassung)(?!\p{L})/iu;

/** @throws RefusalError when an answer speaks of the request; UnreadableAnswerError when it speaks of what was asked, as small models do */
function assertSpeaksOfText(
  text: string,
  { piece, prompt }: { readonly piece: string; readonly prompt: string },
): void {
  if (speaksOfRequest(text, piece)) throw new RefusalError(`The model refused: ${bounded(text)}`);
  const isAboutPrompt = namesTag(text, prompt) || (OF_ITSELF.test(text) && !OF_ITSELF.test(piece));
  if (!isAboutPrompt) return;
  throw new UnreadableAnswerError("The answer speaks of the rewrite instead of being it. Answer with the text alone.");
}

async function rewritePiece(
  input: Input,
  { piece, maxWords, language }: Task,
  context: TaskContext,
): Promise<Unrepeated> {
  const facts = factsIn(piece, { keep: input.keep, language });
  const prompts = promptsFor(language);
  const { goal, tone, advice } = input;
  const advices = typeof advice === "string" ? advice : advice?.map((each) => `- ${each}`).join("\n");
  const brief = {
    text: asMaterial("text", piece),
    goal: asMaterial("goal", goal),
    tone: tone && asMaterial("tone", tone),
    advice: advices && asMaterial("advice", advices),
    keep: facts.terms.length === 0 ? undefined : asMaterial("keep", facts.terms.join("\n")),
    maxWords,
  };
  const prompt = { system: prompts.rewriteSystem(brief), prompt: prompts.rewritePrompt(brief) };
  let readings = 0;
  const read = (answer: Answer): Unrepeated => {
    readings += 1;
    if (answer.isCut) throw new AnswerCutError(`The rewritten text was cut at MAX_TOKENS. ${RAISE_MAX_TOKENS}`);
    const prose = proseIn(answer, { source: prompt.prompt, language }).text;
    // What looks like a model's own label may be how the text begins: "# Summary".
    const whole = plainProse(piece) === piece.trim() ? prose : withoutTags(answer.text).trim();
    assertLanguage(whole, language);
    assertSpeaksOfText(whole, { piece, prompt: prompt.prompt });
    const { text, removed } = withoutOwnRepeats(whole, piece, language);
    const missing = factsInWords(missingFacts(facts, text));
    const words = countProse(text, language);
    const isLong = maxWords !== undefined && words > maxWords;
    const length = `The text has ${words} words, and may have ${maxWords ?? words}.`;
    if (missing !== "") {
      throw new FactsLostError(`The rewritten text lacks ${missing} of the original.${isLong ? ` ${length}` : ""}`);
    }
    if (!isLong) return { text, removed };
    const short = readings > 1 ? withinWords(text, maxWords, { facts, language }) : undefined;
    if (short === undefined)
      throw new TextNotShortenedError(`${length} Shorten it, and keep every number, name and quote.`);
    return { text: short, removed };
  };
  return await askQuestion({ task: { name: "rewrite_content", input }, prompt, read }, context);
}

/** @throws InvalidInputError when what must survive has more words than the text may have */
function assertPossible({ max_words: most }: Input, { numbers, names, quotes, terms }: Facts, language: string): void {
  if (most === undefined) return;
  const apart = [numbers.length, names.length].reduce((sum, each) => sum + each, 0);
  const least = apart + quotes.reduce((sum, quote) => sum + countProse(quote, language), 0);
  if (least <= most && terms.every((term) => countProse(term, language) <= most)) return;
  throw new InvalidInputError(
    `/max_words: the numbers, names and quotes of the text, which must survive, have ${least} words themselves; ${most} are too few.`,
  );
}

function warningsOf(
  added: readonly { readonly shown: string }[],
  { changes, removedRepeats }: { readonly changes: number; readonly removedRepeats: number },
): WritingWarning[] {
  const numbers = added.slice(0, SHOWN).map(({ shown }) => shown);
  const sentences =
    removedRepeats === 1
      ? "1 sentence that the model repeated was"
      : `${removedRepeats} sentences that the model repeated were`;
  return [
    ...(changes > 0
      ? []
      : [
          {
            kind: "unchanged" as const,
            message: "The model gave the text back as it was. Say more exactly in `goal` what to change.",
          },
        ]),
    ...(numbers.length === 0
      ? []
      : [
          {
            kind: "numbers_added" as const,
            message: `Numbers that the original does not have: ${numbers.join(", ")}. Check them.`,
          },
        ]),
    ...(removedRepeats === 0 ? [] : [{ kind: "repeats_removed" as const, message: `${sentences} removed.` }]),
  ];
}

/**
 * Rewrites a text, or its next piece.
 * @throws ModelRequiredError; FactsLostError and TextNotShortenedError when a second answer is not better than the first
 */
export async function rewriteText(input: Input, context: TaskContext): Promise<Output> {
  await requiredModel("rewrite_content", context);
  const { text, keep, max_words } = input;
  const language = languageOfText(input.language, text);
  const facts = factsIn(text, { keep, language });
  assertPossible(input, facts, language);
  const state =
    context.state === undefined ? { done: [], removedRepeats: 0, usage: null } : stateSchema.parse(context.state);
  const run = countedUsage(context, state.usage);
  const chunks = inChunks(text, perAnswerOf(context, language), language);
  const done = [...state.done];
  let { removedRepeats } = state;
  const chunk = chunks[done.length];
  if (chunk) {
    context.progress(done.length, chunks.length, `part ${done.length + 1} of ${chunks.length}`);
    const counts = chunks.map((each) => countProse(each.text, language));
    const left = counts.slice(done.length).reduce((sum, each) => sum + each, 0);
    const allowed = (max_words ?? 0) - done.reduce((sum, each) => sum + countProse(each, language), 0);
    const share = Math.max(1, Math.floor(((counts[done.length] ?? 0) / Math.max(1, left)) * allowed));
    const maxWords = max_words === undefined ? undefined : share;
    const piece = await rewritePiece(input, { piece: chunk.text, maxWords, language }, run.context);
    done.push(piece.text);
    removedRepeats += piece.removed;
    if (done.length < chunks.length) return context.continueWith({ done, removedRepeats, usage: run.usage() });
  }
  context.progress(chunks.length, chunks.length);
  const whole = done.map((piece, index) => `${chunks[index]?.joint ?? ""}${piece}`).join("");
  const added = missingNumbers(numbersIn(whole), `${text}\n${input.goal}\n${[input.advice].flat().join("\n")}`);
  const changes = changesBetween(text, whole, language);
  return {
    text: whole,
    changes,
    word_count: countProse(whole, language),
    kept: {
      ...facts,
      numbers: facts.numbers.map(({ shown }) => shown),
      names: [...facts.names],
      quotes: [...facts.quotes],
      terms: [...facts.terms],
    },
    warnings: warningsOf(added, { changes: changes.length, removedRepeats }),
    usage: run.usage(),
  };
}

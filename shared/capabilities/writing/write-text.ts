/**
 * Writes a text with one question a run: its outline, its sections one after the other, then what its length wants. Each run
 * leaves the state to the next one, so that a run which is repeated asks one question again and no more.
 *
 * @module
 */

import {
  AnswerCutError,
  ContentFilterError,
  EmptyAnswerError,
  RefusalError,
  SchemaValidationError,
  UnreadableAnswerError,
} from "../../../contracts/errors.ts";
import type { Usage } from "../../../contracts/jobs/wire.ts";
import type { WritingWarning } from "../../../contracts/tasks/writing.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { requiredModel } from "../llm/question.ts";
import { askOutline, askSection, type SectionRequest, type Writing } from "./ask-section.ts";
import { countedUsage } from "./counted-usage.ts";
import { mostLengthSteps, nextLengthStep } from "./length.ts";
import { settleMarkers } from "./markers.ts";
import { perAnswerOf } from "./per-answer.ts";
import { onePiece, planSections, sectionsFor, wordsToAskFor } from "./plan.ts";
import { splitContent } from "./split-content.ts";
import { warningsOf } from "./warnings.ts";
import {
  contentOf,
  nothingWritten,
  progressSchema,
  type Section,
  type Work,
  type WritingProgress,
  wordsOf,
  wordsWritten,
} from "./work.ts";

/** A text that was written. */
export interface Written {
  /** Markdown. */
  readonly content: string;
  readonly words: number;
  /** Numbers of the sources that its markers name. */
  readonly sources: readonly number[];
  readonly warnings: readonly WritingWarning[];
  /** Of all runs; null when the server counts no tokens. */
  readonly usage: Usage | null;
}

/** What is to be written, where that needs no question. */
function planOf(work: Work, perAnswer: number): WritingProgress | undefined {
  const { revision, outline, target, language } = work;
  if (revision) {
    const pieces = splitContent(revision.content, perAnswer, language);
    const begun = nothingWritten(pieces.map(({ heading }) => ({ heading, points: null, words: 1 })));
    const sections = begun.sections.map((section, index) => ({ ...section, old: pieces[index]?.text ?? "" }));
    const words = sections.map((section) => Math.max(1, wordsOf({ ...section, text: section.old }, language)));
    const total = words.reduce((sum, each) => sum + each, 0);
    return {
      ...begun,
      sections: sections.map((section, index) => ({
        ...section,
        words: Math.max(1, Math.round(((words[index] ?? 0) / total) * target)),
        // Under a heading that stands alone there is nothing to revise.
        text: section.old.trim() === "" ? "" : null,
      })),
    };
  }
  if (outline) return nothingWritten(planSections(outline, target, perAnswer));
  return target <= perAnswer ? nothingWritten(onePiece(target)) : undefined;
}

/** The next question about a text. @returns undefined when it is done */
function nextRequest(work: Work, progress: WritingProgress, perAnswer: number): SectionRequest | undefined {
  const { sections } = progress;
  const { language, target } = work;
  const index = sections.findIndex(({ text }) => text === null);
  if (index >= 0) {
    const planned = sections.map(({ words }) => words);
    const written = wordsWritten(progress, language);
    const words = wordsToAskFor(planned, { index, written, perAnswer });
    return { question: sections[index]?.old === null ? "write" : "revise", index, words };
  }
  if (progress.lengthSteps >= mostLengthSteps(sections.length)) return undefined;
  const lengths = sections.map((section) => ({ planned: section.words, written: wordsOf(section, language) }));
  const step = nextLengthStep(lengths, { target, perAnswer, tried: progress.tried });
  return step && { question: step.kind, index: step.index, words: step.words };
}

/** Answers of a model that are not a text. */
const useless = [
  AnswerCutError,
  ContentFilterError,
  EmptyAnswerError,
  RefusalError,
  SchemaValidationError,
  UnreadableAnswerError,
];

/** Asks one question, and notes its answer. */
async function ask(writing: Writing, request: SectionRequest, context: TaskContext): Promise<WritingProgress> {
  const { work, progress } = writing;
  const { question, index } = request;
  const old = progress.sections[index];
  const isAboutLength = question === "extend" || question === "shorten";
  const asked = await askSection(writing, request, context).catch((error: unknown) => {
    // The text is there: an answer of no use does not take it away.
    if (!isAboutLength || !useless.some((kind) => error instanceof kind)) throw error;
    context.log.warn("A question about the length was of no use.", { reason: String(error) });
    return undefined;
  });
  if (!asked) return { ...progress, lengthSteps: progress.lengthSteps + 1, tried: [...progress.tried, index] };
  const { result, fits, sourcesShortened } = asked;
  const joined = question === "extend" ? `${old?.text ?? ""}\n\n${result.text}` : result.text;
  const section = old && { ...old, text: joined };
  // A question about the length that made it no better is not asked again, and its answer not taken.
  const off = (each: Section | undefined) => {
    const sections = progress.sections.map((other, at) => (at === index && each ? each : other));
    return Math.abs(wordsWritten({ ...progress, sections }, work.language) - work.target);
  };
  const helped = !isAboutLength || off(section) < off(old);
  const keeps = question === "extend" || !isAboutLength || helped;
  return {
    sections: progress.sections.map((other, at) => (at === index && section && helped ? section : other)),
    lengthSteps: progress.lengthSteps + (isAboutLength ? 1 : 0),
    tried: helped ? progress.tried : [...progress.tried, index],
    removedMarkers: progress.removedMarkers + (keeps ? result.removedMarkers : 0),
    removedRepeats: progress.removedRepeats + (keeps ? result.removedRepeats : 0),
    removedEchoes: progress.removedEchoes + (keeps ? result.removedEchoes : 0),
    fits: fits === null ? progress.fits : Math.min(fits, progress.fits ?? Infinity),
    sourcesShortened: progress.sourcesShortened || sourcesShortened,
    usage: progress.usage,
  };
}

function tell(
  { sections, lengthSteps }: WritingProgress,
  { question, index }: SectionRequest,
  context: TaskContext,
): void {
  const done = sections.filter(({ text }) => text !== null).length;
  const name = sections[index]?.heading;
  const what =
    question === "write" || question === "revise"
      ? `section ${index + 1} of ${sections.length}${name ? `: ${name}` : ""}`
      : `the length, question ${lengthSteps + 1}`;
  context.progress(done, sections.length + 1, what);
}

function finished(work: Work, progress: WritingProgress, usage: Usage | null): Written {
  const { text, used } = settleMarkers(contentOf(progress), work.titles);
  const words = wordsWritten(progress, work.language);
  return {
    content: text,
    words,
    sources: used,
    warnings: warningsOf(work, progress, { content: text, words, used }),
    usage,
  };
}

/**
 * Writes a text, or the next part of it.
 * @throws ModelRequiredError when there is no language model; the errors of the model server and of its answers
 */
export async function writeText(work: Work, context: TaskContext): Promise<Written> {
  const model = await requiredModel(work.task.name, context);
  const perAnswer = perAnswerOf(context, work.language);
  const begun = context.state === undefined ? planOf(work, perAnswer) : progressSchema.parse(context.state);
  const run = countedUsage(context, begun?.usage ?? null);
  if (!begun) {
    context.log.info(`The text is written in sections, by ${model.model ?? model.name}.`);
    const sections = sectionsFor(work.target, perAnswer);
    context.progress(0, sections + 1, "the outline");
    const { result, ...learnt } = await askOutline(work, sections, run.context);
    return context.continueWith({
      ...nothingWritten(planSections(result, work.target, perAnswer)),
      ...learnt,
      usage: run.usage(),
    });
  }
  const request = nextRequest(work, begun, perAnswer);
  if (!request) return finished(work, begun, run.usage());
  tell(begun, request, context);
  const progress = await ask({ work, progress: begun }, request, run.context);
  if (nextRequest(work, progress, perAnswer)) return context.continueWith({ ...progress, usage: run.usage() });
  context.progress(progress.sections.length + 1, progress.sections.length + 1);
  return finished(work, progress, run.usage());
}

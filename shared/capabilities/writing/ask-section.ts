/**
 * The questions of a text: for its outline, and for each section. Sources that do not fit into the model's context are given in
 * excerpts.
 *
 * @module
 */

import { TextTooLongError, TextUnchangedError } from "../../../contracts/errors.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { isTooLong } from "../llm/fallback.ts";
import { charactersIn } from "../llm/length-bound.ts";
import { settingsOfRun } from "../llm/long-text.ts";
import { asMaterial, withoutMaterial } from "../llm/material.ts";
import { askQuestion, type Question } from "../llm/question.ts";
import { changesBetween } from "./changes.ts";
import { type Excerpts, excerptsOf } from "./excerpts.ts";
import { outlineSchemaFor, readOutline } from "./outline.ts";
import type { OutlineEntry } from "./plan.ts";
import type { SectionBrief, SectionQuestion, TextBrief } from "./prompts/brief.ts";
import { promptsFor } from "./prompts/prompts.ts";
import { readSection, type SectionText } from "./read-section.ts";
import type { Section, Work, WritingProgress } from "./work.ts";

/** How often sources are shortened when the server does not say how much it takes. */
const MAX_HALVINGS = 5;
/** With fewer characters, sources are useless. */
const LEAST_EXCERPTS = 300;
/** Words of what is before a section, for its beginning. */
const BEFORE_CHARACTERS = 900;

/** An answer, and what was learnt about how much of the sources fits. */
export interface Asked<Result> {
  readonly result: Result;
  readonly fits: number | null;
  readonly sourcesShortened: boolean;
}

const tagged = (name: string, text: string | undefined | null): string | undefined =>
  text === undefined || text === null || text.trim() === "" ? undefined : asMaterial(name, text);

const briefOf = (work: Work, facts: string): TextBrief => ({
  kind: work.kind,
  factsFrom: work.factsFrom,
  person: asMaterial("person", work.person ?? ""),
  title: tagged("title", work.title),
  facts: tagged(work.factsFrom === "sources" ? "sources" : "chapters", facts),
  feedback: tagged("feedback", work.revision?.feedback),
});

/**
 * Asks with as much of the sources as fits.
 * @param topic what the excerpts are to be about
 */
async function askWithSources<Result>(
  work: Work,
  {
    fits,
    topic,
    question,
  }: {
    readonly fits: number | null;
    readonly topic: string;
    readonly question: (brief: TextBrief) => Omit<Question<Result>, "task">;
  },
  context: TaskContext,
): Promise<Asked<Result>> {
  const { LLM_CONTEXT_TOKENS: tokens, MAX_TOKENS: maxTokens } = settingsOfRun(context);
  const charactersBeside = (contextTokens: number): number => {
    const { prompt } = question(briefOf(work, ""));
    const all = charactersIn(contextTokens, maxTokens, prompt.prompt);
    return Math.max(LEAST_EXCERPTS, all - prompt.system.length - prompt.prompt.length);
  };
  let most = fits ?? (tokens === undefined ? Infinity : charactersBeside(tokens));
  for (let halvings = 0; ; halvings++) {
    const excerpts: Excerpts = excerptsOf(work.sources, { topic, language: work.language, most });
    try {
      const result = await askQuestion({ task: work.task, ...question(briefOf(work, excerpts.text)) }, context);
      return { result, fits: Number.isFinite(most) ? most : null, sourcesShortened: excerpts.isShortened };
    } catch (error) {
      const next = Math.floor(Math.min(excerpts.text.length, most) / 2);
      if (!isTooLong(error) || halvings === MAX_HALVINGS || next < LEAST_EXCERPTS) throw error;
      const stated = error instanceof TextTooLongError ? error.contextTokens : undefined;
      most = stated === undefined ? next : Math.min(charactersBeside(stated), excerpts.text.length - 1);
      context.log.info("The sources are too long for the model: it is given excerpts.", { characters: most });
    }
  }
}

/** Asks for a text's outline. */
export function askOutline(work: Work, sections: number, context: TaskContext): Promise<Asked<OutlineEntry[]>> {
  const prompts = promptsFor(work.language);
  return askWithSources(
    work,
    {
      fits: null,
      topic: `${work.title ?? ""} ${work.person ?? ""}`,
      question: (brief) => ({
        prompt: {
          system: prompts.outlineSystem(brief, sections),
          prompt: prompts.outlinePrompt(brief, sections),
          schema: outlineSchemaFor(sections),
        },
        read: (answer) => readOutline(answer, sections),
      }),
    },
    context,
  );
}

/** A text while it is written. */
export interface Writing {
  readonly work: Work;
  readonly progress: WritingProgress;
}

/** What a section is asked for. */
export interface SectionRequest {
  readonly question: SectionQuestion;
  /** Of the section. */
  readonly index: number;
  readonly words: number;
}

const headingsOf = ({ sections }: WritingProgress): string | undefined => {
  const headings = sections.flatMap(({ heading }) => heading ?? []);
  return headings.length < 2 ? undefined : headings.map((heading, index) => `${index + 1}. ${heading}`).join("\n");
};

/**
 * A revision may leave sections as they are, but not all of them: the last one is the one that is asked for again.
 * @throws TextUnchangedError
 */
function assertRevised({ work, progress }: Writing, index: number, revised: string): void {
  const isSame = ({ old, text }: Section, at: number) => {
    const now = at === index ? revised : text;
    return now !== null && changesBetween(old ?? "", now, work.language).length === 0;
  };
  if (!progress.sections.every(isSame)) return;
  throw new TextUnchangedError(
    "The model gave the text back as it was: nothing of the feedback is in it. Say in `feedback` which sentences are to be different, and how.",
  );
}

/**
 * Asks for a section, or for more or less of it.
 * @throws TextUnchangedError when a revision ends as it began; the errors of the model server and of its answers
 */
export function askSection(
  { work, progress }: Writing,
  { question, index, words }: SectionRequest,
  context: TaskContext,
): Promise<Asked<SectionText>> {
  const { sections } = progress;
  const section = sections[index];
  const prompts = promptsFor(work.language);
  const earlier = sections.slice(0, index).flatMap(({ text }) => text ?? []);
  const own = question === "revise" ? section?.old : question === "write" ? undefined : section?.text;
  const heading = section?.heading ?? sections.slice(0, index).findLast((each) => each.heading !== null)?.heading;
  const brief: SectionBrief = {
    number: index + 1,
    total: sections.length,
    words,
    outline: tagged("outline", headingsOf(progress)),
    heading: tagged("section", [heading, section?.points].filter(Boolean).join(": ")),
    before: question === "write" ? tagged("before", earlier.join("\n\n").slice(-BEFORE_CHARACTERS)) : undefined,
    text: tagged("text", own),
  };
  // A text that is shortened or revised repeats what it said.
  const others = sections.flatMap(({ text }, at) => (at === index && question !== "extend" ? [] : (text ?? [])));
  return askWithSources(
    work,
    {
      fits: progress.fits,
      topic: [work.title, heading, section?.points, work.revision?.feedback].filter(Boolean).join(" "),
      question: (whole) => {
        const system = prompts.sectionSystem(question, whole, words);
        const prompt = prompts.sectionPrompt(question, whole, brief);
        return {
          prompt: { system, prompt },
          read(answer) {
            const read = readSection(answer, {
              language: work.language,
              titles: work.titles,
              before: others,
              prompt,
              instructions: `${system}\n${withoutMaterial(prompt)}`,
            });
            if (question === "revise") assertRevised({ work, progress }, index, read.text);
            return read;
          },
        };
      },
    },
    context,
  );
}

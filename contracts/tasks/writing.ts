/**
 * Fields that the tasks of writing share: what a text is about, how long it is to be, and what is returned beside the text.
 *
 * @module
 */

import { z } from "zod";
import { usageSchema } from "../jobs/wire.ts";
import { languageSchema, llmTimeLimit } from "./language.ts";

const MAX_SOURCES = 100;
/** As much as a chapter is asked for; it is written section by section. */
const MAX_WORDS = 20_000;

const line = (characters: number) =>
  z
    .string()
    .max(characters)
    .regex(/\S/, "must not be blank")
    .regex(/^[^\r\n]*$/, "must be one line");

/** Whose life it is. */
export const characterNameSchema = line(200).describe("The person whose life is told.");
/** A title of a chapter or a source. */
export const titleSchema = line(300);
/** The number of a chapter. */
export const chapterNumberSchema = z.int().min(0).max(10_000);
/** How long a text is to be, in words. */
export const targetWordsSchema = z.int().min(30).max(MAX_WORDS);

/** A language, where the text is still to be written. */
export const writtenLanguageSchema = languageSchema.describe(
  "Of the text: its ISO 639-1 code, such as en or de. `auto`: that of what is given.",
);

/** Something that facts are taken from. */
export const sourceSchema = z.strictObject({
  title: titleSchema,
  author: line(300).optional(),
  year: z.union([z.int().min(-5_000).max(9_999), line(40)]).optional(),
  url: line(2_000).optional(),
  type: line(60).optional().describe("Such as book, article or interview."),
  text: z
    .string()
    .max(200_000)
    .optional()
    .describe("What the source says. Facts are taken from here; one without a text is known by its title alone."),
});

/** The sources of a text: the first is marked `[1]`. */
export const sourcesSchema = z
  .array(sourceSchema)
  .max(MAX_SOURCES)
  .optional()
  .describe("Facts are taken from these, with markers `[n]`: `[1]` is the first.");

/** Kinds of {@link writingWarningSchema}. */
const writingWarningKinds = [
  /** The text is longer or shorter than asked for by more than a tenth. */
  "length",
  /** Markers that name no source were removed. */
  "markers_removed",
  /** Sources are given with a text, and none of it is marked. */
  "no_markers",
  /** Sentences that the text contained already were removed. */
  "repeats_removed",
  /** Sentences in which the model said its instructions again were removed. */
  "echoes_removed",
  /** Sources were too long for the model's context: it was given what fits the section best. */
  "sources_shortened",
  /** A rewritten text names numbers that the original does not. */
  "numbers_added",
  /** A rewritten text is as it was. */
  "unchanged",
] as const;

/** What a reader should know of a text, though it is there. */
export const writingWarningSchema = z.strictObject({
  kind: z.enum(writingWarningKinds),
  message: z.string().describe("What it is, and why."),
});

/** What {@link sourceSchema} parses to. */
export type Source = z.output<typeof sourceSchema>;
/** What {@link writingWarningSchema} parses to. */
export type WritingWarning = z.output<typeof writingWarningSchema>;

/** What is returned of every text that a task writes. */
export const writtenShape = {
  word_count: z.int().describe("Words of the content, without Markdown's signs and markers."),
  target_words: z.int(),
  warnings: z.array(writingWarningSchema).describe("Warnings about the text; empty when there are none."),
  usage: usageSchema
    .nullable()
    .describe("Tokens of all questions, also of runs that failed; null when none are counted."),
};

/** A chapter, as `generate_chapter` and `regenerate_chapter` give it. */
export const chapterShape = {
  chapter_number: chapterNumberSchema,
  title: z.string(),
  content: z.string().describe("Markdown."),
  sources_used: z
    .array(z.strictObject({ number: z.int().min(1).max(999), title: z.string() }))
    .describe("Those that a marker of the content names, by number."),
  ...writtenShape,
};

/** What all tasks of the queue `content-generation` have in common. */
export const generationTask = {
  queue: "content-generation",
  retry: "standard",
  timeLimit: llmTimeLimit,
  memory: 1_024,
  uses: ["llm"],
  needsModel: true,
  continuesAtOnce: true,
} as const;

/**
 * The tasks that write what is around the chapters of a book.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import {
  chapterNumberSchema,
  characterNameSchema,
  generationTask,
  targetWordsSchema,
  titleSchema,
  writtenLanguageSchema,
  writtenShape,
} from "./writing.ts";

/** Words of a text that nobody gives a length. */
const FRAME_WORDS = 800;

const input = z.strictObject({
  character_name: characterNameSchema,
  chapters: z
    .array(
      z.strictObject({
        number: chapterNumberSchema.optional(),
        title: titleSchema,
        summary: z.string().max(20_000).regex(/\S/, "must not be blank"),
      }),
    )
    .min(1)
    .max(200)
    .describe("The content of the book, in order: facts are taken from the summaries."),
  target_words: targetWordsSchema.default(FRAME_WORDS),
  language: writtenLanguageSchema,
});
const output = z.strictObject({
  title: z.string(),
  content: z.string().describe("Markdown."),
  ...writtenShape,
});

/** The task `generate_introduction`: writes a biography's introduction. */
export const generateIntroduction = defineTask({
  ...generationTask,
  name: "generate_introduction",
  description: "Writes a biography's introduction from its chapters' summaries. Needs a language model.",
  input,
  output,
});

/** The task `generate_conclusion`: writes a biography's conclusion. */
export const generateConclusion = defineTask({
  ...generationTask,
  name: "generate_conclusion",
  description: "Writes a biography's conclusion from its chapters' summaries. Needs a language model.",
  input,
  output,
});

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { changeSchema } from "./rewrite-content.ts";
import {
  chapterNumberSchema,
  chapterShape,
  characterNameSchema,
  generationTask,
  sourcesSchema,
  targetWordsSchema,
  titleSchema,
  writtenLanguageSchema,
} from "./writing.ts";

const MAX_CHARACTERS = 200_000;

/** The task `regenerate_chapter`: rewrites a chapter by feedback. */
export const regenerateChapter = defineTask({
  ...generationTask,
  name: "regenerate_chapter",
  description: "Rewrites a chapter by feedback, section by section, and reports what changed. Needs a language model.",
  input: z.strictObject({
    chapter: z
      .object({
        chapter_number: chapterNumberSchema,
        title: titleSchema,
        content: z.string().max(MAX_CHARACTERS).regex(/\S/, "must not be blank").describe("Markdown."),
        target_words: targetWordsSchema.optional().describe("How long it is to be; as long as it is when left out."),
        sources_used: chapterShape.sources_used.optional().describe("Titles of the sources that its markers name."),
      })
      .describe(
        "The chapter as it is: a result of `generate_chapter`, whose other fields are not used, or one of your own.",
      ),
    feedback: z.string().max(20_000).regex(/\S/, "must not be blank").describe("What is to be different."),
    character_name: characterNameSchema.optional(),
    sources: sourcesSchema,
    language: writtenLanguageSchema,
  }),
  output: z.strictObject({
    ...chapterShape,
    changes: z.array(changeSchema).describe("Sentence by sentence, found by comparing the two; the first 200."),
  }),
});

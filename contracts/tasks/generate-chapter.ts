import { z } from "zod";
import { defineTask } from "../define-task.ts";
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

/** Words of a chapter that nobody gives a length. */
export const CHAPTER_WORDS = 2_550;

/** How a chapter is divided, where the caller knows. */
const outlineSchema = z
  .union([z.string().max(20_000).regex(/\S/, "must not be blank"), z.array(titleSchema).min(1).max(60)])
  .optional()
  .describe("The chapter's sections: a list, or a text with a line for each. Left out, the model makes one.");

/** Fewer words do not make a section. */
const SECTION_WORDS = 20;

/** What is wrong with an outline for so many words. @returns undefined when it can be followed */
export function outlineFault({
  outline,
  target_words,
}: {
  readonly outline?: z.output<typeof outlineSchema>;
  readonly target_words: number;
}): string | undefined {
  if (outline === undefined) return undefined;
  const sections = typeof outline === "string" ? outline.split(/\r?\n/).filter((each) => /\S/.test(each)) : outline;
  if (sections.length * SECTION_WORDS <= target_words) return undefined;
  return `${sections.length} sections are too many for ${target_words} words: ${SECTION_WORDS} words a section are the least`;
}

/** The task `generate_chapter`: writes a chapter of a biography, section by section. */
export const generateChapter = defineTask({
  ...generationTask,
  name: "generate_chapter",
  description: "Writes a chapter of a biography, section by section. Needs a language model.",
  input: z
    .strictObject({
      character_name: characterNameSchema,
      chapter_number: chapterNumberSchema,
      chapter_title: titleSchema,
      target_words: targetWordsSchema.default(CHAPTER_WORDS),
      sources: sourcesSchema,
      outline: outlineSchema,
      language: writtenLanguageSchema,
    })
    .superRefine((input, context) => {
      const message = outlineFault(input);
      if (message !== undefined) context.addIssue({ code: "custom", path: ["outline"], message });
    }),
  output: z.strictObject(chapterShape),
});

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { jobErrorSchema } from "../jobs/wire.ts";
import { CHAPTER_WORDS, generateChapter, outlineFault } from "./generate-chapter.ts";
import {
  chapterNumberSchema,
  characterNameSchema,
  generationTask,
  sourcesSchema,
  targetWordsSchema,
  titleSchema,
  writtenLanguageSchema,
  writtenShape,
} from "./writing.ts";

const MAX_CHAPTERS = 100;
/** Words of a book: all its chapters are one result. */
const MAX_WORDS = 500_000;

const count = z.int().min(0);

/** The task `batch_generate_chapters`: writes the chapters of a book, a job each. */
export const batchGenerateChapters = defineTask({
  ...generationTask,
  name: "batch_generate_chapters",
  description: "Writes the chapters of a biography, a job each, several at once. Needs a language model.",
  submits: [generateChapter.name],
  input: z
    .strictObject({
      character_name: characterNameSchema,
      chapter_specs: z
        .array(
          z.strictObject({
            number: chapterNumberSchema,
            title: titleSchema,
            target_words: targetWordsSchema.default(CHAPTER_WORDS),
            outline: generateChapter.input.shape.outline,
            sources: sourcesSchema.describe("In place of those of all chapters."),
          }),
        )
        .min(1)
        .max(MAX_CHAPTERS),
      batch_size: z.int().min(1).max(50).default(5).describe("Chapters that are written at once."),
      sources: sourcesSchema.describe("Of all chapters that name none of their own."),
      language: writtenLanguageSchema,
    })
    .superRefine(({ chapter_specs: specs }, context) => {
      const seen = new Set<number>();
      for (const [index, spec] of specs.entries()) {
        const { number } = spec;
        const path = ["chapter_specs", index, "number"];
        if (seen.has(number)) context.addIssue({ code: "custom", path, message: "two chapters have this number" });
        seen.add(number);
        const fault = outlineFault(spec);
        if (fault !== undefined)
          context.addIssue({ code: "custom", path: ["chapter_specs", index, "outline"], message: fault });
      }
      const words = specs.reduce((sum, { target_words }) => sum + target_words, 0);
      if (words <= MAX_WORDS) return;
      const message = `the chapters have ${words} words together; ${MAX_WORDS} are the most`;
      context.addIssue({ code: "custom", path: ["chapter_specs"], message });
    }),
  output: z.strictObject({
    status: z
      .enum(["success", "partial"])
      .describe("Whether all or some of the chapters were written; with none, the job fails."),
    total: count,
    succeeded: count,
    failed: count,
    chapters: z
      .array(
        z.strictObject({
          number: z.int(),
          title: z.string(),
          task_id: z.string().describe("The chapter's own job."),
          status: z.enum(["success", "failed"]),
          chapter: generateChapter.output.nullable(),
          error: jobErrorSchema.nullable(),
        }),
      )
      .describe("By number."),
    usage: writtenShape.usage.describe("Tokens of all chapters that were written; their own jobs have booked them."),
  }),
});

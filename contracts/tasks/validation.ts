/**
 * Tasks that check texts and sources by rules, without a language model.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { bookLanguageSchema, markdownSchema } from "./book-fields.ts";

const shared = {
  queue: "validation",
  retry: "idempotent",
  timeLimit: { soft: 110, hard: 120 },
  memory: 1_024,
} as const;

/** The task `validate_chapter_length`: compares the words of a chapter with their target. */
export const validateChapterLength = defineTask({
  ...shared,
  name: "validate_chapter_length",
  description: "Compares the number of words of a chapter with its target.",
  input: z.strictObject({
    content: markdownSchema,
    target_words: z.int().min(1).max(1_000_000),
    tolerance: z.number().min(0).max(1).default(0.1).describe("Share of the target that the length may differ by."),
    language: bookLanguageSchema,
  }),
  output: z.strictObject({
    is_valid: z.boolean(),
    verdict: z.enum(["within", "too_short", "too_long"]),
    word_count: z.int().describe("Words that a reader sees: no Markdown, no addresses of links, no code of HTML."),
    target_words: z.int(),
    least_words: z.int(),
    most_words: z.int(),
    deviation: z.number().describe("(word_count - target_words) / target_words."),
  }),
});

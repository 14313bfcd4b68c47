import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { languageSchema, llmTimeLimit, textSchema } from "./language.ts";

/** The task `summarize`: summarizes a text in at most max_length words. */
export const summarize = defineTask({
  name: "summarize",
  description: "Summarizes a text in at most max_length words.",
  queue: "summarize",
  input: z.strictObject({
    text: textSchema,
    max_length: z.int().min(5).max(2_000).default(150).describe("Upper bound of the summary, in words."),
    language: languageSchema,
  }),
  output: z.strictObject({
    summary: z.string(),
    original_length: z.int().describe("Words in the text."),
    summary_length: z.int().describe("Words in the summary."),
    compression_ratio: z.number().describe("summary_length / original_length."),
    truncated: z
      .literal(true)
      .exactOptional()
      .describe("There, and true, when the model was cut at MAX_TOKENS: the summary ends at its last whole sentence."),
  }),
  retry: "standard",
  timeLimit: llmTimeLimit,
  memory: 1_024,
  uses: ["llm"],
  aliases: ["summarize_text"],
  functionPaths: ["app.tasks.summarize_text"],
});

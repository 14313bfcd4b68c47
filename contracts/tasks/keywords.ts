import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { languageSchema, llmTimeLimit, textSchema } from "./language.ts";

/** The task `keywords`: extracts the most significant keywords and key phrases of a text. */
export const keywords = defineTask({
  name: "keywords",
  description: "Extracts the most telling keywords and key phrases of a text.",
  queue: "keywords",
  input: z.strictObject({
    text: textSchema,
    max_keywords: z.int().min(1).max(100).default(10),
    language: languageSchema,
  }),
  output: z.strictObject({
    keywords: z.array(z.string()).describe("Most important first."),
    count: z.int(),
  }),
  retry: "standard",
  timeLimit: llmTimeLimit,
  memory: 1_024,
  uses: ["llm"],
  aliases: ["extract_keywords"],
  functionPaths: ["app.tasks.extract_keywords"],
});

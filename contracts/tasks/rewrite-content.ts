import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { usageSchema } from "../jobs/wire.ts";
import { languageSchema, llmTimeLimit } from "./language.ts";
import { writingWarningSchema } from "./writing.ts";

const MAX_CHARACTERS = 200_000;
const words = z.string().max(2_000).regex(/\S/, "must not be blank");

/** One change of a text, sentence by sentence. */
export const changeSchema = z.strictObject({
  kind: z.enum(["changed", "added", "removed"]),
  before: z.string().nullable().describe("The sentence as it was; null when it is new."),
  after: z.string().nullable().describe("The sentence as it is; null when it is gone."),
});

/** The task `rewrite_content`: rewrites a text towards a goal, keeping its facts. */
export const rewriteContent = defineTask({
  name: "rewrite_content",
  description: "Rewrites a text towards a goal; its numbers, names and quotes survive. Needs a language model.",
  queue: "rewrite",
  input: z
    .strictObject({
      text: z.string().max(MAX_CHARACTERS).regex(/\S/, "must not be blank"),
      goal: words.describe("What the text is to be, such as `easier to read for newcomers`."),
      tone: words.optional().describe("Such as `friendly` or `formal`."),
      max_words: z.int().min(5).max(20_000).optional().describe("Upper bound of the rewritten text."),
      advice: z
        .union([words, z.array(words).max(50)])
        .optional()
        .describe("What to do in particular, such as the advice of an evaluation."),
      keep: z
        .array(z.string().max(300).regex(/\S/, "must not be blank"))
        .max(200)
        .default([])
        .describe("Terms of the text that must stand in the rewritten one as well."),
      language: languageSchema,
    })
    .superRefine(({ text, keep }, context) => {
      const whole = text.toLowerCase();
      for (const [index, term] of keep.entries()) {
        if (whole.includes(term.trim().toLowerCase())) continue;
        context.addIssue({ code: "custom", path: ["keep", index], message: "does not stand in the text" });
      }
    }),
  output: z.strictObject({
    text: z.string(),
    changes: z.array(changeSchema).describe("Sentence by sentence; the first 200."),
    word_count: z.int(),
    kept: z
      .strictObject({
        numbers: z.array(z.string()),
        names: z.array(z.string()),
        quotes: z.array(z.string()),
        terms: z.array(z.string()),
      })
      .describe("What was found in the original, and stands in the rewritten text as well."),
    warnings: z.array(writingWarningSchema),
    usage: usageSchema.nullable().describe("Tokens of all questions; null when none are counted."),
  }),
  retry: "critical",
  timeLimit: llmTimeLimit,
  memory: 1_024,
  uses: ["llm"],
  needsModel: true,
  continuesAtOnce: true,
});

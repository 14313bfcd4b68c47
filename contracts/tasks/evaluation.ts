/**
 * Tasks that evaluate a text by rules and statistics, without a language model.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { languageSchema } from "./language.ts";

const MAX_CHARACTERS = 400_000;

const shared = {
  queue: "evaluation",
  retry: "idempotent",
  timeLimit: { soft: 50, hard: 60 },
  memory: 1_024,
} as const;

const contentSchema = z
  .string()
  .max(MAX_CHARACTERS)
  .regex(/\S/, "must not be blank")
  .describe("Markdown, or HTML: what begins with a tag is read as HTML.");

/** Whether a text looks as if a machine had written it. */
export const aiContentSchema = z.strictObject({
  score: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("0: as people write; 1: as the measured models write. Null when the text is too short."),
  verdict: z.enum(["likely_human", "unclear", "likely_machine", "too_short"]),
  signals: z
    .array(
      z.strictObject({
        name: z.string(),
        value: z.number(),
        weight: z.number().describe("How far it moves the score: above 0 towards a machine, below 0 towards a person."),
      }),
    )
    .describe("Strongest first; none when the text is too short."),
  limits: z.array(z.string()).describe("What the score does not show."),
});

/** How easily an answer engine finds the answer in a text. */
export const aeoSchema = z.strictObject({
  score: z.int().min(0).max(100).describe("The criteria's scores, weighted as docs/evaluation.md says."),
  criteria: z.array(
    z.strictObject({
      name: z.enum([
        "direct_answer",
        "question_headings",
        "lists_and_tables",
        "structured_data",
        "entities",
        "sources",
        "dates",
        "readability",
      ]),
      score: z.int().min(0).max(100),
      evidence: z.string().describe("What was found."),
      advice: z.string().nullable().describe("What would raise the score; null when nothing would."),
    }),
  ),
});

const questionSchema = z
  .string()
  .max(500)
  .regex(/\S/, "must not be blank")
  .optional()
  .describe("The question that the text is to answer.");

/** The task `detect_ai_content`: scores by statistics whether a text looks machine-made. */
export const detectAiContent = defineTask({
  ...shared,
  name: "detect_ai_content",
  description: "Scores by statistics whether a text looks as if a machine had written it. It errs; see the limits.",
  input: z.strictObject({
    text: z.string().max(MAX_CHARACTERS).regex(/\S/, "must not be blank"),
    language: languageSchema,
  }),
  output: aiContentSchema,
});

/** The task `score_aeo`: scores how easily an answer engine finds the answer in a text. */
export const scoreAeo = defineTask({
  ...shared,
  name: "score_aeo",
  description: "Scores how easily an answer engine finds the answer in a text, with advice for each criterion.",
  input: z.strictObject({ content: contentSchema, question: questionSchema, language: languageSchema }),
  output: aeoSchema,
});

/** The task `evaluate_content`: both evaluations of one text. */
export const evaluateContent = defineTask({
  ...shared,
  name: "evaluate_content",
  description: "Scores a text both ways: whether it looks machine-made, and how easily it is answered from.",
  input: z.strictObject({ content: contentSchema, question: questionSchema, language: languageSchema }),
  output: z.strictObject({ ai_content: aiContentSchema, aeo: aeoSchema, word_count: z.int() }),
});

/** What detect_ai_content answers. */
export type AiContent = z.output<typeof aiContentSchema>;
/** What score_aeo answers. */
export type Aeo = z.output<typeof aeoSchema>;

/**
 * Tasks that hand a decision to a person.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { boundedJson, escalationFields } from "../escalations/escalations.ts";
import { languageSchema } from "./language.ts";

const MAX_TEXT = 200_000;

const shared = {
  queue: "escalation",
  retry: "idempotent",
  timeLimit: { soft: 50, hard: 60 },
  memory: 256,
} as const;

/** The task `escalate`: hands a decision to a person. */
export const escalate = defineTask({
  ...shared,
  name: "escalate",
  description: "Opens an escalation that a person acknowledges and resolves, and notifies the stage's topic and a URL.",
  input: z.strictObject({
    ...escalationFields,
    payload: boundedJson.default(null).describe("What the decision is about."),
    notify: z
      .strictObject({ url: z.string().max(2_048) })
      .optional()
      .describe("A URL that is notified as well, with a signed POST like that of a webhook."),
  }),
  output: z.strictObject({
    escalation_id: z.string(),
    status: z.literal("open").describe("As it was opened; GET /escalations/{escalation_id} has its state now."),
    notified: z.strictObject({
      topic: z.boolean().describe("False where the stage has no topic (SLUICE_ESCALATION_TOPIC)."),
      url: z.int().nullable().describe("What the URL answered; null when none was given."),
    }),
  }),
  uses: ["webhooks", "escalations"],
});

const roundSchema = z.strictObject({
  score: z.int().describe("Of score_aeo, 0 to 100."),
  evaluation_task_id: z.string(),
  rewrite_task_id: z.string().nullable().describe("The rewrite that followed; null when none did."),
});

/** The task `review_content`: evaluates a text, has it rewritten, and escalates when it stays below a score. */
export const reviewContent = defineTask({
  ...shared,
  name: "review_content",
  description: "Evaluates a text, has it rewritten up to a number of times, and escalates when it stays below a score.",
  input: z.strictObject({
    text: z.string().max(MAX_TEXT).regex(/\S/, "must not be blank"),
    target_score: z.int().min(0).max(100).default(70).describe("Of score_aeo."),
    max_rewrites: z.int().min(0).max(5).default(2),
    question: z.string().max(500).regex(/\S/, "must not be blank").optional().describe("That the text is to answer."),
    language: languageSchema,
  }),
  output: z.strictObject({
    verdict: z.enum(["accepted", "escalated"]),
    score: z.int().describe("Of the last evaluation."),
    text: z.string().describe("As it was last rewritten; unchanged without a rewrite."),
    rounds: z.array(roundSchema),
    reason: z.string().nullable().describe("Why it was escalated."),
    escalation_id: z.string().nullable(),
  }),
  submits: ["evaluate_content", "rewrite_content", "escalate"],
});

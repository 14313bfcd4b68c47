/**
 * One prompt to the deployment's language model, without a queue.
 *
 * @module
 */

import { z } from "zod";
import { usageSchema } from "../jobs/wire.ts";
import { parametersSchema } from "./configs.ts";

/** As much text as a job's input may have. */
const MAX_CHARACTERS = 500_000;

const json = z.record(z.string(), z.json());

/** The body of a synchronous prompt. */
export const llmCompleteSchema = z.strictObject({
  prompt: z.string().trim().regex(/\S/, "must not be blank").max(MAX_CHARACTERS),
  system: z.string().max(MAX_CHARACTERS).optional().describe("Instructions to the model."),
  schema: json.optional().describe("A JSON Schema of an object: the answer is then such an object, in `object`."),
  ...parametersSchema.pick({ max_tokens: true, temperature: true }).shape,
});

/** The answer of a synchronous prompt. */
export const llmAnswerSchema = z.strictObject({
  text: z.string(),
  object: json.nullable().describe("The answer as it validates against the schema; null without one."),
  truncated: z.boolean().describe("The answer was cut off at its maximum number of tokens."),
  usage: usageSchema.nullable(),
  learnt: z
    .array(z.string())
    .describe("What this process found out about the model server: which parameters it refuses."),
  duration_ms: z.int(),
});

/** What {@link llmCompleteSchema} parses to. */
export type LlmComplete = z.infer<typeof llmCompleteSchema>;
/** What {@link llmAnswerSchema} parses to. */
export type LlmAnswer = z.infer<typeof llmAnswerSchema>;

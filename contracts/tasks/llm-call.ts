import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { usageSchema } from "../jobs/wire.ts";
import { llmTimeLimit } from "./language.ts";

/** As much text as a synchronous prompt may have. */
const MAX_QUERY_CHARACTERS = 500_000;

/** The task `llm_call`: asks the language model of a config. */
export const llmCall = defineTask({
  name: "llm_call",
  description: "Asks a language model, by a stored config or one that comes with the call.",
  queue: "llm-call",
  input: z.strictObject({
    query: z.string().max(MAX_QUERY_CHARACTERS).regex(/\S/, "must not be blank").describe("What the model is asked."),
  }),
  output: z.strictObject({
    response: z
      .union([z.string(), z.record(z.string(), z.json())])
      .describe("The answer: a text, or an object where the config has an output schema."),
    usage: usageSchema.nullable().describe("Tokens of this run; null when the server counts none."),
    truncated: z.literal(true).exactOptional().describe("There, and true, when the answer was cut at the most tokens."),
  }),
  retry: "standard",
  timeLimit: llmTimeLimit,
  memory: 512,
  uses: ["llm"],
  needsModel: true,
});

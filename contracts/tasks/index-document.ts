import { z } from "zod";
import { defineTask } from "../define-task.ts";

/**
 * The task `index_document`: embeds a document's passages, so that a search finds them; removes those of a deleted
 * one.
 */
export const indexDocument = defineTask({
  name: "index_document",
  description: "Embeds a document's passages, so that a search finds them; removes those of a deleted one.",
  queue: "embedding",
  input: z.strictObject({
    document_id: z.uuid(),
    old_passages: z
      .int()
      .min(0)
      .max(20_000)
      .default(0)
      .describe("Passages that an earlier text had, where that is known: they are removed without being looked for."),
  }),
  output: z.strictObject({
    document_id: z.uuid(),
    passages: z.int().describe("Of the text as it is now; 0 when the document is gone."),
    failed: z.int().describe("Passages that could not be embedded."),
    duration_ms: z.int(),
  }),
  retry: "idempotent",
  timeLimit: { soft: 840, hard: 900 },
  memory: 1_024,
  uses: ["embeddings", "vectors", "texts"],
});

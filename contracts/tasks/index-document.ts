import { z } from "zod";
import { defineTask } from "../define-task.ts";

export const indexDocument = defineTask({
  name: "index_document",
  description: "Embeds a document's passages, so that a search finds them; removes those of a deleted one.",
  queue: "embedding",
  input: z.strictObject({
    document_id: z.uuid(),
    /** Passages that an earlier text had; what is beyond the new ones is removed. */
    old_passages: z.int().min(0).default(0),
  }),
  output: z.strictObject({
    document_id: z.uuid(),
    passages: z.int(),
    failed: z.int().describe("Passages that could not be embedded."),
    duration_ms: z.int(),
  }),
  retry: "idempotent",
  timeLimit: { soft: 840, hard: 900 },
  memory: 1_024,
  uses: ["embeddings", "vectors", "texts"],
});

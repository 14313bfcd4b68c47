/**
 * What the tasks of the embedding queue share.
 *
 * @module
 */

import { z } from "zod";
import { projectEntityIdSchema } from "../projects/projects.ts";

/** What the embedding tasks have in common. */
export const embeddingTask = {
  queue: "embedding",
  retry: "idempotent",
  timeLimit: { soft: 840, hard: 900 },
  memory: 1_024,
  uses: ["embeddings", "vectors"],
} as const;

/** What the project routes add: the record then says what to embed, whatever the job was given. */
export const revisionSchema = z
  .string()
  .max(128)
  .optional()
  .describe("Set by the project routes: the project's record then counts, not this input.");

/** The result of a task that embeds or removes one project. */
export const embeddedSchema = z.strictObject({
  status: z.literal("success"),
  project_id: projectEntityIdSchema,
  duration_ms: z.int(),
});

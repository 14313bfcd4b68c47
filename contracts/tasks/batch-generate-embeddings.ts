import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { jobErrorSchema } from "../jobs/wire.ts";
import { embeddingTask } from "./embedding-fields.ts";

/** Projects of one job. More of them, or several workers for one list: POST /batches with a job for each part. */
const MAX_BATCH_ITEMS = 1_000;
/** Items that are embedded with one call. Each fails or succeeds on its own. */
export const EMBEDDING_GROUP_SIZE = 10;

/** Only what makes it an item at all: one that cannot be embedded fails alone, when its turn comes. */
const itemSchema = z.strictObject({
  project_id: z.string(),
  description: z.string(),
  metadata: z.record(z.string(), z.json()).default({}),
});

const count = z.int().min(0);

/**
 * The task `batch_generate_embeddings`: embeds a list of projects in groups of 10, several at once, and says for each
 * how it went.
 */
export const batchGenerateEmbeddings = defineTask({
  ...embeddingTask,
  name: "batch_generate_embeddings",
  description: "Embeds a list of projects in groups of 10, several at once, and says for each how it went.",
  replacedFields: {
    project_ids:
      "unknown field: send items, each with its project_id and description; a stored one is embedded again by PUT /projects/{id}",
    batch_size:
      "unknown field: items are embedded in groups of 10; POST /batches spreads a long list over several jobs",
  },
  input: z.strictObject({ items: z.array(itemSchema).min(1).max(MAX_BATCH_ITEMS) }),
  output: z.strictObject({
    status: z.enum(["success", "partial", "failed"]).describe("Whether all, some or none of the items succeeded."),
    total: count,
    succeeded: count,
    failed: count,
    groups: count,
    results: z
      .array(
        z.strictObject({
          project_id: z.string(),
          status: z.enum(["success", "failed"]),
          error: jobErrorSchema.nullable(),
        }),
      )
      .describe("In the order of the items."),
    duration_ms: count,
  }),
});

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { embeddingBackends, embeddingDimensions } from "../settings/vectors.ts";
import { embeddingTask } from "./embedding-fields.ts";

/** Collections of vectors that there are. */
const vectorCollections = ["projects", "documents"] as const;

const indexSchema = z.strictObject({
  index: z.string(),
  backend: z.enum(embeddingBackends),
  model: z.string(),
  dimensions: z.int(),
});

/**
 * The task `reindex_embeddings`: moves a collection of all projects to another model or dimension while it is
 * searched and written.
 */
export const reindexEmbeddings = defineTask({
  ...embeddingTask,
  name: "reindex_embeddings",
  description: "Moves a collection of all projects to another model or dimension while it is searched and written.",
  input: z.strictObject({
    collection: z.enum(vectorCollections).default("projects"),
    model: z.string().min(1).max(256).optional().describe("EMBEDDING_MODEL when left out."),
    dimensions: z
      .literal([...embeddingDimensions])
      .optional()
      .describe("EMBEDDING_DIMENSIONS when left out."),
    skip_failed: z.boolean().default(false).describe("Leave behind what the new model refuses."),
    abandon: z.boolean().default(false).describe("End a migration that is under way, and drop what it has copied."),
  }),
  output: z.strictObject({
    status: z.enum(["migrated", "unchanged", "abandoned"]),
    collection: z.string(),
    from: indexSchema.nullable(),
    to: indexSchema.nullable(),
    copied: z.int(),
    failed: z.int().describe("Left behind."),
    duration_ms: z.int(),
  }),
  scope: "admin",
});

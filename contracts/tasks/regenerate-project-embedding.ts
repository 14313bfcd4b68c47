import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { descriptionSchema, projectEntityIdSchema, projectMetadataSchema } from "../projects/projects.ts";
import { embeddedSchema, embeddingTask, revisionSchema } from "./embedding-fields.ts";

/** The task `regenerate_project_embedding`: embeds a project again and replaces its vector. */
export const regenerateProjectEmbedding = defineTask({
  ...embeddingTask,
  name: "regenerate_project_embedding",
  description: "Embeds a project again and replaces its vector.",
  input: z.strictObject({
    project_id: projectEntityIdSchema,
    description: descriptionSchema,
    metadata: projectMetadataSchema.default({}),
    revision: revisionSchema,
  }),
  output: embeddedSchema,
});

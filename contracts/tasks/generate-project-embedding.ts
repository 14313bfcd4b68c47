import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { descriptionSchema, projectEntityIdSchema, projectMetadataSchema } from "../projects/projects.ts";
import { embeddedSchema, embeddingTask, revisionSchema } from "./embedding-fields.ts";

/** The task `generate_project_embedding`: embeds a project's description and stores the vector. */
export const generateProjectEmbedding = defineTask({
  ...embeddingTask,
  name: "generate_project_embedding",
  description: "Embeds a project's description and stores the vector.",
  input: z.strictObject({
    project_id: projectEntityIdSchema,
    description: descriptionSchema,
    metadata: projectMetadataSchema.default({}),
    revision: revisionSchema,
  }),
  output: embeddedSchema,
});

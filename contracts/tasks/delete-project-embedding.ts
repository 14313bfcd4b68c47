import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { projectEntityIdSchema } from "../projects/projects.ts";
import { embeddedSchema, embeddingTask, revisionSchema } from "./embedding-fields.ts";

/** The task `delete_project_embedding`: deletes a project's vector; a missing one is success. */
export const deleteProjectEmbedding = defineTask({
  ...embeddingTask,
  name: "delete_project_embedding",
  description: "Deletes a project's vector; a missing one is success.",
  input: z.strictObject({ project_id: projectEntityIdSchema, revision: revisionSchema }),
  output: embeddedSchema,
});

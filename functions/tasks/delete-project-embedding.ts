import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { runEmbeddingJob } from "../../shared/capabilities/projects/embedding-job.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processProjects } from "../services.ts";

export const run = (
  input: TaskInput<"delete_project_embedding">,
  context: TaskContext,
): Promise<TaskOutput<"delete_project_embedding">> =>
  runEmbeddingJob(processProjects(), { ...input, content: undefined }, context);

import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import type { TaskContext } from "../../shared/engine/context.ts";
import { runEmbeddingJob } from "../../shared/projects/embedding-job.ts";
import { processProjects } from "../../shared/projects/services.ts";

export const run = (
  input: TaskInput<"delete_project_embedding">,
  context: TaskContext,
): Promise<TaskOutput<"delete_project_embedding">> => runEmbeddingJob(processProjects(), input, undefined, context);

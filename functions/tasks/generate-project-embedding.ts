import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { failEmbeddingJob, runEmbeddingJob } from "../../shared/capabilities/projects/embedding-job.ts";
import type { FinalFailure, TaskContext } from "../../shared/engine/worker/context.ts";
import { processProjects } from "../services.ts";

type Input = TaskInput<"generate_project_embedding">;

export const run = (input: Input, context: TaskContext): Promise<TaskOutput<"generate_project_embedding">> =>
  runEmbeddingJob(
    processProjects(),
    { ...input, content: { description: input.description, metadata: input.metadata } },
    context,
  );

export const onFailure = (error: FinalFailure, context: TaskContext, input: Input): Promise<void> =>
  failEmbeddingJob(processProjects(), { ids: [input.project_id], error }, context);

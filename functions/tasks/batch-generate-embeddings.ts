import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import type { FinalFailure, TaskContext } from "../../shared/engine/context.ts";
import { runEmbeddingBatch } from "../../shared/projects/embedding-batch.ts";
import { failEmbeddingJob } from "../../shared/projects/embedding-job.ts";
import { processProjects } from "../../shared/projects/services.ts";

type Input = TaskInput<"batch_generate_embeddings">;

export const run = (input: Input, context: TaskContext): Promise<TaskOutput<"batch_generate_embeddings">> =>
  runEmbeddingBatch(processProjects(), input, context);

export const onFailure = (error: FinalFailure, context: TaskContext, { items }: Input): Promise<void> =>
  failEmbeddingJob(
    processProjects(),
    error,
    context,
    items.map((item) => item.project_id),
  );

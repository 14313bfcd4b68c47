import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { runEmbeddingBatch } from "../../shared/capabilities/projects/embedding-batch.ts";
import { failEmbeddingJob } from "../../shared/capabilities/projects/embedding-job.ts";
import type { FinalFailure, TaskContext } from "../../shared/engine/worker/context.ts";
import { processProjects } from "../services.ts";

type Input = TaskInput<"batch_generate_embeddings">;

export const run = (input: Input, context: TaskContext): Promise<TaskOutput<"batch_generate_embeddings">> =>
  runEmbeddingBatch(processProjects(), input, context);

export const onFailure = (error: FinalFailure, context: TaskContext, { items }: Input): Promise<void> =>
  failEmbeddingJob(processProjects(), { ids: items.map((item) => item.project_id), error }, context);

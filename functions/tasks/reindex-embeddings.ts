import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import type { TaskContext } from "../../shared/engine/context.ts";
import { reindex } from "../../shared/projects/reindex.ts";
import { processProjects } from "../../shared/projects/services.ts";

export const run = async (
  input: TaskInput<"reindex_embeddings">,
  context: TaskContext,
): Promise<TaskOutput<"reindex_embeddings">> => reindex(await processProjects().collections(), input, context);

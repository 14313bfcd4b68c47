import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { reindex } from "../../shared/capabilities/projects/reindex.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processProjects } from "../services.ts";

export const run = async (
  input: TaskInput<"reindex_embeddings">,
  context: TaskContext,
): Promise<TaskOutput<"reindex_embeddings">> => reindex(await processProjects().collections(), input, context);

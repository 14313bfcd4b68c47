import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { countedCollections } from "../../shared/capabilities/embeddings/counted.ts";
import { reindex } from "../../shared/capabilities/projects/reindex.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processProjects } from "../services.ts";

export const run = async (
  input: TaskInput<"reindex_embeddings">,
  context: TaskContext,
): Promise<TaskOutput<"reindex_embeddings">> =>
  reindex(countedCollections(await processProjects().collections(), context), input, context);

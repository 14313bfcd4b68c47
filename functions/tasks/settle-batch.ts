import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { runSettleBatch } from "../../shared/engine/batches/batch-run.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processServices } from "../services.ts";

export const run = async (
  input: TaskInput<"settle_batch">,
  context: TaskContext,
): Promise<TaskOutput<"settle_batch">> => runSettleBatch(processServices(), input, context);

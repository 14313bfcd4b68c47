import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { failSubmitBatch, runSubmitBatch } from "../../shared/engine/batches/batch-run.ts";
import type { FinalFailure, TaskContext } from "../../shared/engine/worker/context.ts";
import { processServices } from "../services.ts";

export const run = async (
  input: TaskInput<"submit_batch">,
  context: TaskContext,
): Promise<TaskOutput<"submit_batch">> => runSubmitBatch(processServices(), input, context);

export const onFailure = async (
  _error: FinalFailure,
  context: TaskContext,
  input: TaskInput<"submit_batch">,
): Promise<void> => failSubmitBatch(processServices(), input, context);

import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { classifyText } from "../../shared/capabilities/extraction/classify-text.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processDocuments } from "../services.ts";

/** Tells the document's class. */
export const run = (input: TaskInput<"classify">, context: TaskContext): Promise<TaskOutput<"classify">> =>
  classifyText(input, processDocuments(), { context });

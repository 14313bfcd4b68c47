import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { writeFrame } from "../../shared/capabilities/writing/frame.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export const run = (
  input: TaskInput<"generate_conclusion">,
  context: TaskContext,
): Promise<TaskOutput<"generate_conclusion">> => writeFrame("conclusion", input, context);

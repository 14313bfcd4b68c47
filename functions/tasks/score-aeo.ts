import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { evaluatePage } from "../../shared/capabilities/evaluation/evaluate.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(input: TaskInput<"score_aeo">, { signal }: TaskContext): Promise<TaskOutput<"score_aeo">> {
  return (await evaluatePage(input, signal)).aeo;
}

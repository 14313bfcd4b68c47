import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { evaluatePage } from "../../shared/capabilities/evaluation/evaluate.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(
  input: TaskInput<"evaluate_content">,
  { signal }: TaskContext,
): Promise<TaskOutput<"evaluate_content">> {
  const { aiContent, aeo, words } = await evaluatePage(input, signal);
  return { ai_content: aiContent, aeo, word_count: words };
}

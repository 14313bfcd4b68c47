import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { evaluate } from "../../shared/capabilities/evaluation/evaluate.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(
  { text, language }: TaskInput<"detect_ai_content">,
  { signal }: TaskContext,
): Promise<TaskOutput<"detect_ai_content">> {
  const { aiContent } = await evaluate({ as: "text", content: text, language }, signal);
  return aiContent;
}

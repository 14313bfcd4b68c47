import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { validate } from "../../shared/capabilities/validation/validate.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(
  input: TaskInput<"validate_content_quality">,
  { signal }: TaskContext,
): Promise<TaskOutput<"validate_content_quality">> {
  const { findings, readability, ...quality } = await validate("quality", input, signal);
  return { ...quality, findings: [...findings], readability: [...readability] };
}

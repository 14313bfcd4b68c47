import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { judgeLength } from "../../shared/capabilities/validation/judge-length.ts";
import { validate } from "../../shared/capabilities/validation/validate.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(
  { content, language, ...target }: TaskInput<"validate_chapter_length">,
  { signal }: TaskContext,
): Promise<TaskOutput<"validate_chapter_length">> {
  const { words } = await validate("length", { content, language }, signal);
  return judgeLength(words, target);
}

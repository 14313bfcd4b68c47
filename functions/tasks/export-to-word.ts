import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { exportBook } from "../../shared/capabilities/export/export-book.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(
  input: TaskInput<"export_to_word">,
  context: TaskContext,
): Promise<TaskOutput<"export_to_word">> {
  return await exportBook(input, ["docx"], context);
}

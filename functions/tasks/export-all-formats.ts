import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { bookFormats } from "../../contracts/tasks/export.ts";
import { exportBook } from "../../shared/capabilities/export/export-book.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(
  input: TaskInput<"export_all_formats">,
  context: TaskContext,
): Promise<TaskOutput<"export_all_formats">> {
  return await exportBook(input, bookFormats, context);
}

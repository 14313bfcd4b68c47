import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { exportBook } from "../../shared/capabilities/export/export-book.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(
  input: TaskInput<"export_to_pdf">,
  context: TaskContext,
): Promise<TaskOutput<"export_to_pdf">> {
  return await exportBook(input, ["pdf"], context);
}

import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { extractData } from "../../shared/capabilities/extraction/extract-data.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processDocuments } from "../services.ts";

/** Fills the schema with what is in the document. */
export async function run(input: TaskInput<"extract">, context: TaskContext): Promise<TaskOutput<"extract">> {
  const { evidence, missing, ...rest } = await extractData(input, processDocuments(), { context });
  return { ...rest, evidence: [...evidence], missing: [...missing] };
}

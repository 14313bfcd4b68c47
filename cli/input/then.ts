import type { z } from "zod";
import type { thenSchema } from "../../contracts/documents/then.ts";
import { usage } from "../exit-codes.ts";
import { readText } from "./file.ts";
import { parseJson } from "./task-input.ts";

type Then = z.input<typeof thenSchema>;

/**
 * Reads `--then`: tasks that follow a document, as a JSON array, or the name of a .json file that holds one. The API
 * checks what is in it.
 * @throws CliError when it is neither
 */
export async function readThen(given: string): Promise<Then> {
  const source = given.endsWith(".json") ? given : "--then";
  const steps = parseJson(source === given ? await readText(given) : given, source);
  if (Array.isArray(steps)) return steps as Then;
  throw usage(`${source}: must be an array of tasks, such as [{"task_name": "summarize"}].`);
}

import type { z } from "zod";
import type { thenSchema } from "../../contracts/documents/then.ts";
import { usage } from "../exit-codes.ts";
import { readText } from "./file.ts";

type Then = z.input<typeof thenSchema>;

/**
 * Reads `--then`: tasks that follow a document, as a JSON array, or the name of a .json file that holds one. The API
 * checks what is in it.
 * @throws CliError when it is neither
 */
export async function readThen(given: string): Promise<Then> {
  const source = given.endsWith(".json") ? given : "--then";
  const steps = parse(source === given ? await readText(given) : given, source);
  if (Array.isArray(steps)) return steps as Then;
  throw usage(`${source}: must be an array of tasks, such as [{"task_name": "summarize"}].`);
}

function parse(json: string, source: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw usage(`${source}: is not JSON (${(error as Error).message}).`);
  }
}

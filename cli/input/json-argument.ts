import { readText } from "./file.ts";
import { parseObject } from "./task-input.ts";

/**
 * A JSON object that is given as such, or as the name of a .json file that holds it. The API checks what is in it.
 * @param option how messages call what is given as such
 * @throws CliError when it is neither
 */
export async function readJsonArgument(option: string, given: string): Promise<ReturnType<typeof parseObject>> {
  return given.endsWith(".json") ? parseObject(await readText(given), given) : parseObject(given, option);
}

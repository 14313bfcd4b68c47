import type { z } from "zod";
import type { configOfCallSchema } from "../../contracts/llm/configs.ts";
import { usage } from "../exit-codes.ts";
import { readText } from "./file.ts";
import { parseObject } from "./task-input.ts";

type Config = z.input<typeof configOfCallSchema>;

/** How `--config` is explained. */
export const CONFIG_HELP = "a stored config as ID or ID@VERSION, or a .json file that holds one";

/** Reads `--config`. @throws CliError when it is neither */
export async function readConfig(given: string): Promise<Config> {
  if (given.endsWith(".json")) return parseObject(await readText(given), given) as Config;
  const [id = "", version, ...rest] = given.split("@");
  if (version === undefined) return { id };
  if (rest.length > 0 || !/^\d{1,6}$/.test(version))
    throw usage(`--config ${given}: give ID, ID@VERSION or a .json file.`);
  return { id, version: Number(version) };
}

/**
 * Begins an app with tasks of its own, as examples/own-app has it.
 *
 * @module
 */

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { usage } from "../exit-codes.ts";

/** What `init` did, by paths from the folder. */
export interface Begun {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  /** Were there already. */
  readonly kept: readonly string[];
}

const template = fileURLToPath(new URL("../../examples/own-app", import.meta.url));
/** npm packs no file of the right name. */
const IGNORES = "gitignore";

const jsonObject = z.record(z.string(), z.json());
type Json = z.infer<typeof jsonObject>;

/**
 * Writes the template's files that are not there.
 * @throws CliError when a package.json is there that is not JSON
 */
export async function copyTemplate(folder: string): Promise<Begun> {
  const created: string[] = [];
  const changed: string[] = [];
  const kept: string[] = [];
  for (const path of await filesIn(template)) {
    const name = path === IGNORES ? `.${IGNORES}` : path;
    const target = join(folder, name);
    const content = await readFile(join(template, path), "utf8");
    const present = await readFile(target, "utf8").catch(() => undefined);
    const next = present === undefined || name !== "package.json" ? content : merged(present, content);
    if (present === undefined) created.push(name);
    else if (name === "package.json" && next !== present) changed.push(name);
    else {
      kept.push(name);
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, next);
  }
  return { created, changed, kept };
}

/** What is there wins; of the template comes what is missing. */
function merged(present: string, added: string): string {
  let own: Json;
  try {
    own = jsonObject.parse(JSON.parse(present));
  } catch {
    throw usage("package.json is not a JSON object.");
  }
  return `${JSON.stringify(withMissing(own, jsonObject.parse(JSON.parse(added))), null, 2)}\n`;
}

function withMissing(own: Json, added: Json): Json {
  const result: Json = { ...own };
  for (const [name, value] of Object.entries(added)) {
    const inner = jsonObject.safeParse(result[name]);
    const more = jsonObject.safeParse(value);
    if (inner.success && more.success) result[name] = withMissing(inner.data, more.data);
    else result[name] ??= value;
  }
  return result;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const isBuilt = (path: string) => /(^|\/)(node_modules|cdk\.out|\.sluice)\//.test(path);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !isBuilt(path))
    .sort();
}

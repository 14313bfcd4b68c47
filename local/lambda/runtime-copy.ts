import { readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { transformSync } from "esbuild";

/**
 * Writes the runtime as plain JavaScript: a process that strips the types itself starts 40 ms later, and there are many.
 * @returns the path of the copy
 */
export async function copyRuntime(directory: string): Promise<string> {
  const source = await readFile(new URL(`./runtime${extname(import.meta.url)}`, import.meta.url), "utf8");
  const path = join(directory, "runtime.mjs");
  await writeFile(path, transformSync(source, { loader: "ts", format: "esm" }).code);
  return path;
}

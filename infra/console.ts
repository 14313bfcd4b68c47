/**
 * The web console: built by Vite, carried by the API's function.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isPackage, root } from "./source-files.ts";
import { filesIn, type OutputFile } from "./sync-folder.ts";

const folder = join(root, "console");
/** In the package the console is built already. */
const built = join(folder, "dist");
/** What the console is made of beside its own folder. */
const imported = ["client", "contracts"];

/** Source files of the console, from the repository's root. */
export async function consoleSources(): Promise<string[]> {
  if (isPackage) return (await filesIn(built)).map((file) => `console/dist/${file}`);
  const found = await Promise.all(
    ["console", ...imported].map(async (name) => (await filesIn(join(root, name))).map((file) => `${name}/${file}`)),
  );
  return found.flat().filter((path) => !path.startsWith("console/dist/"));
}

/** @throws what Vite throws when the console does not build */
export async function buildConsole(): Promise<OutputFile[]> {
  if (isPackage) return filesOf(built);
  // Loaded only when there is something to build: it takes a third of a second.
  const { build } = await import("vite");
  const result = await inProduction(() =>
    build({
      configFile: join(folder, "vite.config.ts"),
      logLevel: "silent",
      envFile: false,
      build: { write: false },
    }),
  );
  if ("close" in result) throw new Error("Vite watches instead of building.");
  const outputs = [result].flat().flatMap(({ output }) => output);
  // Vite copies these only when it writes.
  const copied = await filesOf(join(folder, "public"));
  return [
    ...outputs.map((file) => ({
      name: file.fileName,
      contents: Buffer.from(file.type === "chunk" ? file.code : file.source),
    })),
    ...copied,
  ];
}

const filesOf = async (from: string): Promise<OutputFile[]> =>
  Promise.all((await filesIn(from)).map(async (name) => ({ name, contents: await readFile(join(from, name)) })));

/** Vite builds what NODE_ENV says: a test run would leave a development build, half as large again, for the next deployment. */
async function inProduction<T>(work: () => Promise<T>): Promise<T> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  try {
    return await work();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

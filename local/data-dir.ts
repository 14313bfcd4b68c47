import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isAlive } from "./process-alive.ts";

/** The folder in which a stack's data outlives it: one stack at a time. */
export interface DataDir {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Makes the folder if need be and takes it. A lock that a dead process left is taken over.
 * @throws Error when another stack runs in it
 */
export async function takeDataDir(directory: string): Promise<DataDir> {
  const path = resolve(directory);
  const lock = join(path, "stack.pid");
  await mkdir(path, { recursive: true });
  // Jobs, files and the key of an admin: nobody else's to read, in a folder that was made for all before, too.
  await chmod(path, 0o700);
  const owner = Number(await readFile(lock, "utf8").catch(() => "0"));
  if (owner > 0 && isAlive(owner)) {
    throw new Error(`${path} is in use by another stack, process ${owner}. Stop it, or delete ${lock} if it is none.`);
  }
  await rm(lock, { force: true });
  await writeFile(lock, String(process.pid), { flag: "wx" });
  return { path, release: () => rm(lock, { force: true }) };
}

import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isAlive } from "./process-alive.ts";

/** The folder in which a stack's data outlives it: one stack at a time. */
export interface DataDir {
  readonly path: string;
  /** The stack that had it last was killed: a change may have been made in part. */
  readonly wasKilled: boolean;
  release(): Promise<void>;
}

/**
 * Makes a folder and those above it, one by one: `recursive` says "no such file or directory" where a file system is read-only, and
 * on some it never ends.
 */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/** What the stack says when data could not be written: it ends, so that it promises nothing which a restart would not know. */
export const writeFailure = (directory: string, cause: unknown): Error => {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `Data cannot be written to ${directory} any more: ${why}\n` +
      "The stack ends. What was accepted is kept: make room, or the folder writable, and start it again.",
    { cause },
  );
};

/** @throws Error that names the folder and its setting, when it cannot be written */
const refused =
  (path: string, what: "made" | "used") =>
  (cause: unknown): never => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} cannot be ${what} to keep data in (SLUICE_DATA_DIR): ${why}`, { cause });
  };

/**
 * Makes the folder if need be and takes it. A lock that a dead process left is taken over.
 * @throws Error when another stack runs in it, or it cannot be made or written
 */
export async function takeDataDir(directory: string): Promise<DataDir> {
  const path = resolve(directory);
  const lock = join(path, "stack.pid");
  await makeFolder(path).catch(refused(path, "made"));
  const owner = Number(await readFile(lock, "utf8").catch(() => "0"));
  if (owner > 0 && isAlive(owner)) {
    throw new Error(`${path} is in use by another stack, process ${owner}. Stop it, or delete ${lock} if it is none.`);
  }
  const take = async () => {
    // Jobs, files and the key of an admin: nobody else's to read, in a folder that was made for all before, too.
    await chmod(path, 0o700);
    await rm(lock, { force: true });
    await writeFile(lock, String(process.pid), { flag: "wx" });
  };
  await take().catch(refused(path, "used"));
  return { path, wasKilled: owner > 0, release: () => rm(lock, { force: true }) };
}

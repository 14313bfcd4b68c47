import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** A file to be written, with its path below the folder. */
export interface OutputFile {
  /** Path within the folder, with slashes. */
  readonly name: string;
  readonly contents: Uint8Array;
}

/** The files in a folder and below it, by path within the folder, with slashes. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
}

/**
 * Makes a folder hold exactly these files. What is right already is not touched; what differs is replaced in one step,
 * so that a reader never sees half a file.
 */
export async function syncFolder(folder: string, files: readonly OutputFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = new Set(files.map((file) => file.name));
  for (const name of await filesIn(folder)) {
    if (!wanted.has(name)) await rm(join(folder, name), { force: true });
  }
  for (const { name, contents } of files) {
    const path = join(folder, name);
    const present = await readFile(path).catch(() => undefined);
    if (present?.equals(contents)) continue;
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${folder}.${name.replaceAll("/", "-")}.${process.pid}.tmp`;
    await writeFile(temporary, contents);
    await rename(temporary, path);
  }
}

import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface OutputFile {
  /** File name, without a folder. */
  readonly name: string;
  readonly contents: Uint8Array;
}

/**
 * Makes a folder hold exactly these files. What is right already is not touched; what differs is replaced in one step,
 * so that a reader never sees half a file.
 */
export async function syncFolder(folder: string, files: readonly OutputFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = new Set(files.map((file) => file.name));
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  for (const { name, contents } of files) {
    const path = join(folder, name);
    const present = await readFile(path).catch(() => undefined);
    if (present?.equals(contents)) continue;
    const temporary = `${folder}.${name}.${process.pid}.tmp`;
    await writeFile(temporary, contents);
    await rename(temporary, path);
  }
}

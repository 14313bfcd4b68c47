/**
 * Remembers what a function's bundle was made from, so that an unchanged one is not made again: the embedded stack
 * synthesizes at every start, and tests start it often.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";

const stampSchema = z.object({
  /** What else the bundle depends on: its entry point, versions. */
  key: z.string(),
  /** Every file that went in, by its path from the root. */
  inputs: z.array(z.string()),
  /** Of their sizes and times of change. */
  state: z.string(),
  /** Bytes of code that a cold start parses. */
  size: z.number(),
});

/** What a stamp says of one bundle. */
export type Stamp = z.output<typeof stampSchema>;

/** Sizes and times of change of files below a root, each looked at once: bundles share most of theirs. */
export class FileStates {
  readonly #root: string;
  readonly #seen = new Map<string, Promise<{ readonly size: number; readonly mtimeMs: number }>>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * The state of some files as one hash.
   * @param before a file that changed after this time (milliseconds since the epoch) may have been read before its change:
   * the hash is then one that will never be found again
   * @throws Error when a file is missing
   */
  async of(paths: readonly string[], before = Number.POSITIVE_INFINITY): Promise<string> {
    const states = await Promise.all(
      paths.map(async (path) => {
        const { size, mtimeMs } = await this.#look(path);
        return `${path} ${mtimeMs > before ? "changed meanwhile" : `${size} ${mtimeMs}`}\n`;
      }),
    );
    return createHash("sha256").update(states.join("")).digest("hex");
  }

  #look(path: string) {
    const seen = this.#seen.get(path) ?? stat(resolve(this.#root, path));
    this.#seen.set(path, seen);
    return seen;
  }
}

/** @returns the size that was remembered, or undefined when the bundle must be made */
export async function findFresh(file: string, key: string, states: FileStates): Promise<number | undefined> {
  try {
    const stamp = stampSchema.parse(JSON.parse(await readFile(file, "utf8")));
    return stamp.key === key && stamp.state === (await states.of(stamp.inputs)) ? stamp.size : undefined;
  } catch {
    // No stamp, an old one, or a deleted file.
    return undefined;
  }
}

/** Writes what a bundle was made from, so that the next synthesis can reuse it. */
export async function writeStamp(file: string, stamp: Stamp): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify(stamp));
  await rename(temporary, file);
}

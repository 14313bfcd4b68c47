/**
 * Remembers what a bundle was made from, so that an unchanged one is not made again: the embedded stack synthesizes at
 * every start, and tests start it often.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";

const stampSchema = z.object({
  /** What else the bundle depends on: entry points, versions. */
  key: z.string(),
  /** Size and time of change of every file that went in, by path from the root. */
  inputs: z.record(z.string(), z.string()),
  /** Bytes of code per function. */
  sizes: z.record(z.string(), z.number()),
});

const FILE = "bundle.json";

/** @returns the sizes that were remembered, or undefined when the bundle must be made */
export async function findFresh(
  outdir: string,
  root: string,
  key: string,
): Promise<Record<string, number> | undefined> {
  try {
    const stamp = stampSchema.parse(JSON.parse(await readFile(join(outdir, FILE), "utf8")));
    if (stamp.key !== key) return undefined;
    const present = await describeInputs(Object.keys(stamp.inputs), root);
    const same = Object.entries(stamp.inputs).every(([path, state]) => present[path] === state);
    const made = Object.keys(stamp.sizes).every((name) => existsSync(join(outdir, name, "index.mjs")));
    return same && made ? stamp.sizes : undefined;
  } catch {
    // No stamp, an old one, or a deleted file.
    return undefined;
  }
}

/** Writes what a bundle was made from, so that the next synthesis can reuse it. */
export async function writeStamp(
  outdir: string,
  stamp: { key: string; inputs: Record<string, string>; sizes: Record<string, number> },
): Promise<void> {
  const temporary = join(outdir, `${FILE}.${process.pid}.tmp`);
  await writeFile(temporary, JSON.stringify(stamp));
  await rename(temporary, join(outdir, FILE));
}

/**
 * @param before a file that changed after this time (milliseconds since the epoch) may have been read before its change,
 * so it is described as one that will never be found again
 * @throws Error when a file is missing
 */
export async function describeInputs(
  paths: readonly string[],
  root: string,
  before = Number.POSITIVE_INFINITY,
): Promise<Record<string, string>> {
  const described = paths.map(async (path) => {
    const { size, mtimeMs } = await stat(resolve(root, path));
    return [path, mtimeMs > before ? "changed meanwhile" : `${size} ${mtimeMs}`] as const;
  });
  return Object.fromEntries(await Promise.all(described));
}

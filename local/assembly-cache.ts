/**
 * Synthesizes once for the same sources and settings: it takes seconds, and a stack starts often.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import { synthesize } from "./synth.ts";

const root = resolve(import.meta.dirname, "..");
const cache = join(root, ".build/assemblies");
/** Everything that the template and the functions are made of; the lock file stands for node_modules. */
const sources = [
  ...["contracts", "functions", "shared", "infra", "console", "docs", "client/README.md", "clients/python/README.md"],
  ...["README.md", "CONTRIBUTING.md", "cdk.json", "package-lock.json"],
];
const KEEP_MS = 14 * 24 * 3_600_000;

/** The environment variables that a synthesis reads. */
export type SynthesisEnv = Readonly<Record<string, string | undefined>>;

/** Name, size and time of every source file, and the settings, as one hash. */
async function fingerprint(env: SynthesisEnv): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([process.version, Object.entries(env).sort()]));
  for (const source of sources) {
    const path = join(root, source);
    if (!existsSync(path)) continue;
    const entries = (await stat(path)).isDirectory() ? await readdir(path, { recursive: true }) : [""];
    for (const entry of entries.sort()) {
      const { mtimeMs, size } = await stat(join(path, entry));
      hash.update(`${source}/${entry} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * A cloud assembly of the app with these settings: an earlier one of the same sources, or a new one. Do not write to it.
 * @param synthesizing called when a new one must be made
 * @throws Error when the synthesis fails
 */
export async function assemblyFor(env: SynthesisEnv, synthesizing: () => void = () => {}): Promise<string> {
  const directory = join(cache, await fingerprint(env));
  if (existsSync(directory)) {
    const now = new Date();
    await utimes(directory, now, now);
    return directory;
  }
  synthesizing();
  await mkdir(cache, { recursive: true });
  const draft = `${directory}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    await synthesize(draft, env);
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process may have made the same one meanwhile.
    if (!existsSync(directory)) throw error;
  }
  await forgetOld();
  return directory;
}

async function forgetOld(): Promise<void> {
  for (const entry of await readdir(cache)) {
    const path = join(cache, entry);
    const found = await stat(path).catch(() => undefined);
    if (found && found.mtimeMs < Date.now() - KEEP_MS) await rm(path, { recursive: true, force: true });
  }
}

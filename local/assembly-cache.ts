import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { synthesize } from "../../local/synth.ts";

/** One synthesis per set of sources and settings, shared by all test files: it takes seconds, and there are many. */

const root = resolve(import.meta.dirname, "../..");
const cache = join(root, ".build/test-assemblies");
const sources = ["contracts", "functions", "shared", "infra", "console", "cdk.json", "package-lock.json"] as const;

/** Name, size and time of every source file, as one hash. */
async function fingerprint(env: Readonly<Record<string, string>>): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(Object.entries(env).sort()));
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

/** A cloud assembly of the app with these settings. Do not write to it. */
export async function sharedAssembly(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = join(cache, await fingerprint(env));
  if (existsSync(directory)) return directory;
  const draft = `${directory}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await mkdir(cache, { recursive: true });
  try {
    await synthesize(draft, env);
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another test file was faster.
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

/**
 * An assembly of which some functions are another version's: what runs while a deployment is under way, stack by stack.
 *
 * @module
 */

import { cp, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** Stacks in the order in which they are deployed. */
export type StackName = "storage" | "tasks" | "api" | "observability";

const manifestSchema = z.looseObject({ files: z.record(z.string(), z.looseObject({})) });

/**
 * A copy of an assembly in which one stack is that of another assembly, as between two steps of a deployment.
 * @returns its folder
 */
export async function withStackOf(assembly: string, other: string, stack: StackName): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-mixed-"));
  await cp(assembly, folder, { recursive: true });
  const names = (await readdir(other)).filter((name) => name.includes(`-${stack}.`));
  const [template] = names.filter((name) => name.endsWith(".template.json"));
  const [assets] = names.filter((name) => name.endsWith(".assets.json"));
  if (template === undefined || assets === undefined) throw new Error(`The assembly has no stack ${stack}.`);
  await cp(join(other, template), join(folder, template));
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(other, assets), "utf8")));
  const absolute = Object.entries(manifest.files).map(([hash, file]) => {
    const { source, ...rest } = z.looseObject({ source: z.looseObject({ path: z.string() }) }).parse(file);
    return [hash, { ...rest, source: { ...source, path: join(other, source.path) } }] as const;
  });
  await writeFile(join(folder, assets), JSON.stringify({ ...manifest, files: Object.fromEntries(absolute) }));
  return folder;
}

/**
 * What a function's cold start loads: bytes, time and memory of each bundle, beside a handler that does nothing and one that
 * has the SDK alone. The environment is the template's.
 *
 * @module
 */

import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { transformSync } from "esbuild";
import { z } from "zod";
import { catalog } from "../contracts/catalog.ts";
import { bundleFolder, bundleFunctions, functionFolder } from "../infra/bundle.ts";
import { synthesize } from "../local/synth.ts";
import type { BenchRow } from "./row.ts";
import { percentile } from "./timing.ts";

const run = promisify(execFile);
const ROUNDS = 9;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const measuredSchema = z.object({ wall: z.number(), cpu: z.number(), rss: z.number() });
type Measured = z.output<typeof measuredSchema>;

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z
        .looseObject({
          FunctionName: z.unknown().optional(),
          Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
        })
        .optional(),
    }),
  ),
});

/** A function as it is loaded. */
interface Loaded {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Figures of `npm run bench -- cold-starts`. */
export async function benchColdStarts(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-cold-starts-"));
  try {
    const functions = await loadable(folder);
    const measure = join(folder, "measure.mjs");
    const source = await readFile(here("./cold-starts/measure.ts"), "utf8");
    await writeFile(measure, transformSync(source, { loader: "ts", format: "esm" }).code);

    const plain = new Map<string, Measured[]>();
    const cached = new Map<string, Measured[]>();
    // One round more, which fills the caches of files and of compiled code and is not counted.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const each of functions) {
        const cache = join(folder, "compiled", each.name);
        const [cold, compiled] = [await load(measure, each), await load(measure, each, cache)];
        if (round === 0) continue;
        plain.set(each.name, [...(plain.get(each.name) ?? []), cold]);
        cached.set(each.name, [...(cached.get(each.name) ?? []), compiled]);
      }
    }
    return functions.map(({ name, bytes }) => rowOf({ name, bytes, plain, cached }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Bundles what is measured. */
async function loadable(folder: string): Promise<Loaded[]> {
  const baselines = { empty: "bench/cold-starts/empty.ts", "sdk-only": "bench/cold-starts/sdk-only.ts" };
  const outdir = join(folder, "baselines");
  const small = await bundleFunctions({ queues: [], entries: baselines, outdir });
  const sizes = await bundleFunctions({ queues: catalog.queues });
  const environments = await environmentsOf(join(folder, "assembly"));
  const fileOf = (name: string, root: string): string => join(functionFolder(name, root), "index.mjs");
  return [
    ...Object.entries(small).map(([name, bytes]) => ({ name, bytes, file: fileOf(name, outdir), env: {} })),
    ...Object.entries(sizes).map(([name, bytes]) => ({
      name,
      bytes,
      file: fileOf(name, bundleFolder()),
      env: environments.get(name) ?? {},
    })),
  ];
}

/** The functions' environment in the template, with placeholders where it refers to other resources. */
async function environmentsOf(directory: string): Promise<Map<string, Record<string, string>>> {
  await synthesize(directory, {});
  const found = new Map<string, Record<string, string>>();
  for (const name of await readdir(directory, { recursive: true })) {
    if (!name.endsWith(".template.json")) continue;
    const { Resources } = templateSchema.parse(JSON.parse(await readFile(join(directory, name), "utf8")));
    for (const { Type, Properties } of Object.values(Resources)) {
      const functionName = Properties?.FunctionName;
      if (Type !== "AWS::Lambda::Function" || typeof functionName !== "string") continue;
      const variables = Object.entries(Properties?.Environment?.Variables ?? {});
      found.set(
        functionName.replace(/^sluice-local-/, ""),
        Object.fromEntries(
          variables.map(([key, value]) => [key, typeof value === "string" ? value : placeholder(key)]),
        ),
      );
    }
  }
  return found;
}

const placeholder = (key: string): string => (/URL/.test(key) ? "https://example.com/" : "placeholder");

async function load(measure: string, { file, env }: Loaded, cache?: string): Promise<Measured> {
  const { stdout } = await run(process.execPath, [measure, file], {
    env: {
      PATH: process.env.PATH,
      AWS_REGION: "eu-central-1",
      ...env,
      ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }),
    },
  });
  return measuredSchema.parse(JSON.parse(stdout));
}

interface Row {
  readonly name: string;
  readonly bytes: number;
  readonly plain: ReadonlyMap<string, readonly Measured[]>;
  readonly cached: ReadonlyMap<string, readonly Measured[]>;
}

function rowOf({ name, bytes, plain, cached }: Row): BenchRow {
  const median = (of: ReadonlyMap<string, readonly Measured[]>, who: string, what: keyof Measured): number =>
    percentile(
      (of.get(who) ?? []).map((each) => each[what]),
      0.5,
    );
  const walls = (plain.get(name) ?? []).map(({ wall }) => wall);
  const value = median(plain, name, "wall");
  const above = value - median(plain, "empty", "wall");
  return {
    name: `load ${name}`,
    value,
    unit: "ms",
    ratio: value / median(plain, "sdk-only", "wall"),
    note: [
      `${above.toFixed(0)} above an empty handler`,
      `${Math.min(...walls).toFixed(0)} to ${Math.max(...walls).toFixed(0)}`,
      `${median(cached, name, "wall").toFixed(0)} with a compile cache`,
      `${median(plain, name, "cpu").toFixed(0)} ms of processor`,
      `${(bytes / 1_024).toFixed(0)} KB`,
      `${median(plain, name, "rss").toFixed(0)} MB`,
    ].join(", "),
  };
}

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type BuildOptions, type BuildResult, build } from "esbuild";
import { functionAssets } from "./assets.ts";
import { englishOnly } from "./english-only.ts";
import { entryPoints } from "./handlers.ts";
import { type OutputFile, syncFolder } from "./sync-folder.ts";

/**
 * Bundles every Lambda function with one call of esbuild. `NodejsFunction` starts a process for each function at every
 * synthesis; one call shares the parsing of what the functions have in common (docs/decisions/0002).
 */

export const root = resolve(import.meta.dirname, "..");
export const bundleFolder = join(root, ".build/functions");

/** Where a function's bundle lies: `index.mjs`, its worker threads and its static files. */
export const functionFolder = (name: string, folder: string = bundleFolder): string => join(folder, name);

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  mainFields: ["module", "main"],
  // Whitespace and syntax only: names stay, so that stack traces and error types read as in the source.
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: true,
  legalComments: "none",
  // CommonJS dependencies call require(), which an ES module does not have.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
  plugins: [englishOnly],
  write: false,
  metafile: true,
  logLevel: "silent",
} satisfies BuildOptions;

type Bundled = BuildResult<typeof options>;

export interface BundleOptions {
  /** Function names with their entry points; the catalog's unless a test gives others. */
  readonly entries?: Readonly<Record<string, string>>;
  readonly outdir?: string;
}

/**
 * Writes `<outdir>/<function>/index.mjs` with its threads and static files. Files that did not change are left alone,
 * so that two builds at once do not disturb each other and asset hashes stay the same.
 * @returns bytes of code per function
 * @throws Error that names an entry point that is missing, or esbuild's own messages
 */
export async function bundleFunctions(given: BundleOptions = {}): Promise<Record<string, number>> {
  const { entries = entryPoints(), outdir = bundleFolder } = given;
  for (const [name, entry] of Object.entries(entries)) {
    if (!existsSync(resolve(root, entry))) throw new Error(`Function ${name} has no entry point: ${entry} is missing.`);
  }
  const main = await bundle(
    outdir,
    mapEntries(entries, (name, entry) => ({ in: entry, out: `${name}/index` })),
  );
  const threads = threadEntries(main);
  const extra = threads.length > 0 ? await bundle(outdir, threads) : undefined;
  const outputs = [...main.outputFiles, ...(extra?.outputFiles ?? [])];
  const sizes: Record<string, number> = {};
  for (const name of Object.keys(entries)) {
    const folder = functionFolder(name, outdir);
    const files: OutputFile[] = outputs
      .filter((file) => dirname(file.path) === folder)
      .map((file) => ({ name: basename(file.path), contents: file.contents }));
    sizes[name] = files.reduce((sum, file) => sum + file.contents.byteLength, 0);
    for (const asset of functionAssets[name] ?? []) {
      files.push({ name: asset.to, contents: await readFile(join(root, asset.from)) });
    }
    await syncFolder(folder, files);
  }
  return sizes;
}

const bundle = (outdir: string, entryPoints: { in: string; out: string }[]): Promise<Bundled> =>
  build({ ...options, outdir, entryPoints });

const mapEntries = <T>(entries: Readonly<Record<string, string>>, map: (name: string, entry: string) => T): T[] =>
  Object.entries(entries).map(([name, entry]) => map(name, entry));

const THREAD = /["'`]\.\/([\w-]+\.thread)\b/g;

/**
 * The worker threads that the bundled code starts. It names them relative to its own file, as "./<name>.thread"; after
 * bundling, its own file is the function's index.mjs, so they must lie beside that.
 */
function threadEntries(main: Bundled): { in: string; out: string }[] {
  return Object.entries(main.metafile.outputs).flatMap(([output, { inputs }]) => {
    const path = resolve(root, output);
    const text = main.outputFiles.find((file) => file.path === path)?.text ?? "";
    const names = new Set([...text.matchAll(THREAD)].map((match) => match[1] ?? ""));
    const folders = [...new Set(Object.keys(inputs).map((input) => dirname(input)))];
    return [...names].map((name) => {
      const sources = folders
        .map((folder) => join(folder, `${name}.ts`))
        .filter((path) => existsSync(resolve(root, path)));
      const [source] = sources;
      if (source === undefined)
        throw new Error(`${output} starts the worker thread ${name}.ts, which is nowhere beside its code.`);
      if (sources.length > 1)
        throw new Error(`Two worker threads of one function are called ${name}: ${sources.join(" and ")}.`);
      return { in: source, out: `${basename(dirname(output))}/${name}` };
    });
  });
}

if (import.meta.main) {
  const started = performance.now();
  const sizes = await bundleFunctions();
  for (const [name, bytes] of Object.entries(sizes)) {
    process.stdout.write(`${name.padEnd(16)} ${(bytes / 1024).toFixed(0).padStart(6)} KB\n`);
  }
  process.stdout.write(`bundled in ${(performance.now() - started).toFixed(0)} ms\n`);
}

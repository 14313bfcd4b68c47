import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type BuildOptions, type BuildResult, build } from "esbuild";
import { functionAssets } from "./assets.ts";
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
  const threads = await threadEntries(main);
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

const THREAD = /["'`]\.\/([\w-]+\.thread)(?:\.ts)?["'`]/g;

/**
 * The worker threads that the bundled code starts: it names them relative to its own file, as "./<name>.thread", and
 * after bundling its own file is the function's index.mjs, so they must lie beside that.
 */
async function threadEntries(main: Bundled): Promise<{ in: string; out: string }[]> {
  const found: { in: string; out: string }[] = [];
  const named = new Map<string, string[]>();
  for (const [output, { inputs }] of Object.entries(main.metafile.outputs)) {
    const threads = new Map<string, string>();
    for (const input of Object.keys(inputs).filter((path) => !path.startsWith("node_modules/"))) {
      let names = named.get(input);
      if (!names) {
        names = [...(await readFile(join(root, input), "utf8")).matchAll(THREAD)].map((match) => match[1] ?? "");
        named.set(input, names);
      }
      for (const name of names) {
        const source = join(dirname(input), `${name}.ts`);
        if ((threads.get(name) ?? source) !== source) {
          throw new Error(`Two worker threads of one function are called ${name}: ${threads.get(name)} and ${source}.`);
        }
        threads.set(name, source);
      }
    }
    const folder = basename(dirname(output));
    for (const [name, source] of threads) found.push({ in: source, out: `${folder}/${name}` });
  }
  return found;
}

if (import.meta.main) {
  const started = performance.now();
  const sizes = await bundleFunctions();
  for (const [name, bytes] of Object.entries(sizes)) {
    process.stdout.write(`${name.padEnd(16)} ${(bytes / 1024).toFixed(0).padStart(6)} KB\n`);
  }
  process.stdout.write(`bundled in ${(performance.now() - started).toFixed(0)} ms\n`);
}

/**
 * Bundles every Lambda function with esbuild in this process; `NodejsFunction` starts one for each function at every
 * synthesis (docs/decisions/0002). Each is split at its dynamic imports (docs/decisions/0066).
 *
 * @module
 */

import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type BuildOptions, type BuildResult, build, type Plugin, version } from "esbuild";
import { shippedLanguages } from "../contracts/settings/ocr.ts";
import { consoleAssets, type FunctionAssets, pageAssets } from "./assets.ts";
import { FileStates, findFresh, writeStamp } from "./bundle-stamp.ts";
import { queueAssets } from "./capabilities.ts";
import { englishOnly, isVirtual } from "./english-only.ts";
import { type BundledQueue, entryPoints } from "./functions.ts";
import { type OwnApp, ownAppModule } from "./own-app.ts";
import { isPackage, root, sourceFile } from "./source-files.ts";
import { syncFolder } from "./sync-folder.ts";

/** Where bundles lie; apart for each choice of languages, so that stacks with different ones do not disturb each other. */
export const bundleFolder = (languages: readonly string[] = shippedLanguages): string =>
  join(root, ".build", ["functions", ...languages].join("-"));

/** The folder of a function's bundle: `index.mjs`, its worker threads and its static files. */
export const functionFolder = (name: string, folder: string): string => join(folder, name);

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

/** Files that say how a bundle is made. */
const builtFrom = [
  isPackage ? "package.json" : "package-lock.json",
  ...["bundle", "assets", "capabilities", "console", "english-only", "own-app", "pages"].map((name) =>
    sourceFile(`infra/${name}.ts`),
  ),
];

type Bundled = BuildResult<typeof options>;

/** What is bundled, and where it is written. */
export interface BundleOptions {
  /** The queues of the catalog: each has a function of its name, with the files that its tasks read. */
  readonly queues: readonly BundledQueue[];
  /** Function names with their entry points; those of the queues and Sluice's own unless a test gives others. */
  readonly entries?: Readonly<Record<string, string>>;
  readonly outdir?: string;
  /** Languages whose recognition data goes along, in Tesseract's codes; those that the project ships when not given. */
  readonly languages?: readonly string[];
  /** An application with tasks of its own. */
  readonly app?: OwnApp;
}

/** A function that is bundled. */
interface Bundling {
  readonly name: string;
  readonly entry: string;
  readonly outdir: string;
  readonly assets: readonly FunctionAssets[];
  readonly plugins: readonly Plugin[];
  /** What else it depends on. */
  readonly key: string;
  /** Looked at after a build alone. */
  readonly states: FileStates;
}

/** Builds at a time: each waits for files, and esbuild uses all cores in parts of it only. */
const AT_ONCE = 4;

/**
 * Writes `<outdir>/<function>/index.mjs` with its chunks, threads and static files. Files that did not change are left alone,
 * so that two builds at once do not disturb each other and asset hashes stay the same. A function of whose sources none
 * changed is not bundled again.
 * @returns bytes of code per function that its cold start parses
 * @throws Error that names an entry point or language data that is missing, or esbuild's own messages
 */
export async function bundleFunctions(given: BundleOptions): Promise<Record<string, number>> {
  const {
    queues,
    app,
    entries = entryPoints(queues, new Set(Object.keys(app?.tasks ?? {}))),
    languages = shippedLanguages,
    outdir = bundleFolder(languages),
  } = given;
  for (const [name, entry] of Object.entries(entries)) {
    if (!existsSync(resolve(root, sourceFile(entry))))
      throw new Error(`Function ${name} has no entry point: ${entry} is missing.`);
  }
  const assetsOf = (name: string): readonly FunctionAssets[] => {
    if (name === "api") return [consoleAssets, pageAssets];
    const queue = queues.find((each) => each.name === name);
    return queue ? queueAssets(queue, languages) : [];
  };
  const known = new FileStates(root);
  const states = new FileStates(root);
  const sizes: Record<string, number> = {};
  const waiting = Object.entries(entries).map(([name, entry]): Bundling => {
    const assets = assetsOf(name);
    const key = JSON.stringify([entry, assets.length > 0 ? languages : [], app, version, process.version]);
    const plugins = app ? [...options.plugins, ownAppModule(app, name)] : options.plugins;
    // In this order, whatever is done first.
    sizes[name] = 0;
    return { name, entry, outdir, assets, plugins, key, states };
  });
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const fresh = existsSync(join(functionFolder(next.name, outdir), "index.mjs"))
        ? await findFresh(stampFile(next), next.key, known)
        : undefined;
      sizes[next.name] = fresh ?? (await bundleFunction(next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sizes;
}

const stampFile = ({ name, outdir }: Pick<Bundling, "name" | "outdir">): string => join(outdir, `${name}.json`);

/** @returns bytes of code that its cold start parses */
async function bundleFunction(bundling: Bundling): Promise<number> {
  const { name, entry, outdir, assets, plugins, key, states } = bundling;
  const started = performance.timeOrigin + performance.now();
  const folder = functionFolder(name, outdir);
  // What is imported when it is needed becomes a file of its own, which a cold start does not read.
  const points = [{ in: sourceFile(entry), out: "index" }];
  const main = await bundle(folder, points, { splitting: true, plugins: [...plugins] });
  const threads = threadEntries(main);
  const results = threads.length > 0 ? [main, await bundle(folder, threads)] : [main];
  const outputs = results.flatMap((result) => result.outputFiles);
  await writeFunction(folder, outputs, assets);
  const inputs = [
    ...builtFrom,
    ...results.flatMap((result) => Object.keys(result.metafile.inputs)).filter((path) => !isVirtual(path)),
    ...(await Promise.all(assets.map((each) => each.sources()))).flat(),
  ];
  const size = codeAtStart(main);
  await writeStamp(stampFile(bundling), { key, inputs, state: await states.of(inputs, started), size });
  return size;
}

/** Bytes of code that a cold start parses: index.mjs and what it imports, without what is imported when it is needed. */
function codeAtStart({ metafile: { outputs } }: Bundled): number {
  const pending = Object.keys(outputs).filter((path) => basename(path) === "index.mjs");
  const counted = new Set<string>();
  let bytes = 0;
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const output = outputs[path];
    if (!output || counted.has(path)) continue;
    counted.add(path);
    bytes += output.bytes;
    const imported = output.imports.filter(({ kind, external }) => kind === "import-statement" && !external);
    pending.push(...imported.map((each) => each.path));
  }
  return bytes;
}

async function writeFunction(
  folder: string,
  outputs: Bundled["outputFiles"],
  assets: readonly FunctionAssets[],
): Promise<void> {
  const code = outputs.filter((file) => dirname(file.path) === folder);
  const files = await Promise.all(assets.map((each) => each.files()));
  await syncFolder(folder, [
    ...code.map((file) => ({ name: basename(file.path), contents: file.contents })),
    ...files.flat(),
  ]);
}

const bundle = (
  outdir: string,
  entryPoints: { in: string; out: string }[],
  more: Pick<BuildOptions, "splitting" | "plugins"> = {},
): Promise<Bundled> => build({ ...options, ...more, outdir, entryPoints });

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
        .flatMap((folder) => [".ts", ".js"].map((ending) => join(folder, `${name}${ending}`)))
        .filter((path) => existsSync(resolve(root, path)));
      const [source] = sources;
      if (source === undefined)
        throw new Error(`${output} starts the worker thread ${name}.ts, which is nowhere beside its code.`);
      if (sources.length > 1)
        throw new Error(`Two worker threads of one function are called ${name}: ${sources.join(" and ")}.`);
      return { in: source, out: name };
    });
  });
}

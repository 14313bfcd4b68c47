/**
 * Makes the package `sluice` into `framework/dist`: constructs, worker, embedded stack and command line as JavaScript with
 * declarations, the console built. Run it as `npm run build:framework`, with `-- --out FOLDER` for another place.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildConsole } from "../infra/console.ts";
import { pageSources } from "../infra/pages.ts";
import project from "../package.json" with { type: "json" };

const { values } = parseArgs({ options: { out: { type: "string" } } });
const root = resolve(import.meta.dirname, "..");
const out = resolve(values.out ?? join(root, "framework/dist"));

/** Folders of source files, as they lie in the package. */
const sources = ["contracts", "functions", "shared", "infra", "local", "cli", "client", "framework"];
/** What the functions' bundles, the embedded stack and the command line need of the development's dependencies. */
const needed = ["@aws-sdk/client-kms", "dynalite", "esbuild", "fauxqs"] as const;
/** What Node reads as it is. */
const others = ["LICENSE", "cdk.json", "cli/sluice.mjs", "scripts/require-node.mjs"];

const compilerOptions = {
  ...{ noEmit: false, declaration: true, rewriteRelativeImportExtensions: true, rootDir: root, types: ["node"] },
  typeRoots: [join(root, "node_modules/@types")],
};

const folder = mkdtempSync(join(tmpdir(), "sluice-framework-"));
try {
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { ...compilerOptions, outDir: folder },
    include: [...sources.map((name) => join(root, name)), join(root, "local/dynalite.d.ts")],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { stdio: "inherit" });
  rmSync(join(folder, "tsconfig.json"));
  // The compiler rewrites the imports of TypeScript's own JavaScript alone.
  for (const name of others) cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const name of globSync(["**/*.d.ts", "cli/sluice.mjs"], { cwd: folder })) {
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/((?:from |import\()"\.[^"]*)\.ts"/g, '$1.js"'));
  }
  for (const name of [...(await pageSources()), ...globSync("shared/**/*.gz", { cwd: root })]) copy(name);
  for (const { name, contents } of await buildConsole()) write(join("console/dist", name), contents);
  cpSync(join(root, "examples/own-app"), join(folder, "examples/own-app"), { recursive: true });
  write("package.json", JSON.stringify(packageJson(), null, 2));
  mkdirSync(out, { recursive: true });
  execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", out], {
    cwd: folder,
    stdio: "inherit",
  });
} finally {
  rmSync(folder, { recursive: true });
}

function copy(path: string): void {
  write(path, readFileSync(join(root, path)));
}

function write(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), contents);
}

/** With the versions that the repository is tested with. */
function packageJson(): object {
  const own = JSON.parse(readFileSync(join(root, "framework/manifest.json"), "utf8"));
  const { dependencies, devDependencies } = project;
  return {
    ...own,
    dependencies: { ...dependencies, ...Object.fromEntries(needed.map((name) => [name, devDependencies[name]])) },
  };
}

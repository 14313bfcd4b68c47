/**
 * Makes the package of the TypeScript client into `client/dist`: types of tasks and routes from the API's description,
 * JavaScript and declarations from `client/`, and what `npm publish` takes. Run it as `npm run build:client`, with
 * `-- --out FOLDER` for another place.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packageTypes } from "../client/generate/package-types.ts";
import { catalog } from "../contracts/catalog.ts";
import { buildOpenApi } from "../functions/api/openapi/openapi.ts";

const { values } = parseArgs({ options: { out: { type: "string" } } });
const root = resolve(import.meta.dirname, "..");
const client = join(root, "client");
const out = resolve(values.out ?? join(client, "dist"));

/** What Node 20 and browsers of 2023 run. */
const compilerOptions = {
  target: "es2022",
  lib: ["es2023", "dom", "dom.iterable"],
  module: "nodenext",
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  rootDir: "src",
  outDir: "dist",
  declaration: true,
  rewriteRelativeImportExtensions: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
};

const folder = mkdtempSync(join(tmpdir(), "sluice-client-"));
try {
  const source = join(folder, "src");
  const isOwn = (path: string) => path !== join(client, "dist") && !path.endsWith("package.json");
  cpSync(client, source, { recursive: true, filter: isOwn });
  // The command makes tasks' types alone; the package's own are made here.
  rmSync(join(source, "generate/package-types.ts"));
  const callParts = readFileSync(join(root, "contracts/routes/call-parts.ts"), "utf8");
  writeFileSync(join(source, "api-types.ts"), packageTypes(buildOpenApi(catalog), callParts));

  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  cpSync(join(client, "package.json"), join(folder, "package.json"));
  cpSync(join(client, "README.md"), join(folder, "README.md"));
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  run("node", [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
  // The compiler rewrites the imports of JavaScript alone.
  for (const name of globSync("dist/**/*.d.ts", { cwd: folder })) {
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/((?:from |import\()"\.[^"]*)\.ts"/g, '$1.js"'));
  }
  mkdirSync(out, { recursive: true });
  run("npm", ["pack", "--ignore-scripts", "--pack-destination", out]);
} finally {
  rmSync(folder, { recursive: true });
}

function run(command: string, args: string[]): void {
  execFileSync(command === "node" ? process.execPath : command, args, { cwd: folder, stdio: "inherit" });
}

/**
 * Where the files lie that functions are made of: in the repository as TypeScript, in the package of Sluice as JavaScript.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** The folder of the repository, or of the package. */
export const root = resolve(import.meta.dirname, "..");

/** True in the package: sources are JavaScript, and the console is built. */
export const isPackage = !import.meta.url.endsWith(".ts");

/** The name under which a source file is here. @param path as in the repository */
export const sourceFile = (path: string): string => (isPackage ? path.replace(/\.ts$/, ".js") : path);

/**
 * Where a file of a dependency is: a package manager may install it beside Sluice instead of below.
 * @param path from the root, such as `node_modules/x/y.wasm`
 * @returns a path from the root, which is the one that was given when there is no such file
 */
export function locate(path: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return relative(root, join(folder, path)).replaceAll("\\", "/");
    if (folder === dirname(folder) || !path.startsWith("node_modules/")) return path;
  }
}

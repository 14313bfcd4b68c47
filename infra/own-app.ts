/**
 * An application with tasks of its own, in its own repository: how its catalog and its tasks' code get into the functions.
 *
 * @module
 */

import { resolve } from "node:path";
import type { Plugin } from "esbuild";
import { root, sourceFile } from "./source-files.ts";

/** An application with tasks of its own. */
export interface OwnApp {
  /** Absolute path of the module that exports its `catalog` and its `handlers`. */
  readonly entry: string;
  /** The names of its own tasks, by queue. */
  readonly tasks: Readonly<Record<string, readonly string[]>>;
}

/**
 * Puts the application's catalog, and its own tasks of one function's queue, in the place of functions/app.ts.
 * @param name of the function
 */
export function ownAppModule(app: OwnApp, name: string): Plugin {
  const replaced = resolve(root, sourceFile("functions/app.ts"));
  return {
    name: "own-app",
    setup({ onResolve, onLoad }) {
      // Else esbuild makes files of what the handlers import, though nothing in this function uses the handlers.
      onResolve({ filter: /^/ }, ({ path, importer, kind }) =>
        kind === "dynamic-import" && importer === app.entry && !app.tasks[name] ? { path, external: true } : undefined,
      );
      onLoad({ filter: /[\\/]functions[\\/]app\.[jt]s$/ }, ({ path }) =>
        path === replaced ? { contents: appModule(app, name), loader: "js", resolveDir: root } : undefined,
      );
    },
  };
}

/** Only the tasks of its own queue are loaded when a function starts. */
function appModule({ entry, tasks }: OwnApp, name: string): string {
  const from = JSON.stringify(entry);
  const own = tasks[name] ?? [];
  const modules = own.map((task) => `  ${task}: await load(${JSON.stringify(task)}),`);
  return [
    `export { catalog } from ${from};`,
    `export const queue = ${JSON.stringify(name)};`,
    ...(own.length === 0
      ? ["export const modules = {};"]
      : [
          `import { handlers } from ${from};`,
          "const load = (task) => {",
          '  if (!handlers?.[task]) throw new Error("The handlers have no task " + task + ".");',
          "  return handlers[task]();",
          "};",
          `export const modules = {\n${modules.join("\n")}\n};`,
        ]),
  ].join("\n");
}

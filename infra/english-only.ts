import { dirname, join, relative } from "node:path";
import type { Plugin } from "esbuild";
import { root } from "./source-files.ts";

const NAMESPACE = "english-only";

/** True for what a bundle's metafile lists without it being a file. */
export const isVirtual = (input: string): boolean => input.startsWith(`${NAMESPACE}:`);

/**
 * Bundles zod with its English messages alone. It re-exports those of some fifty languages, which no tool can shake out:
 * a sixth of a function's code, parsed at every cold start.
 */
export const englishOnly: Plugin = {
  name: "english-only",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer, resolveDir, path }) =>
      /[\\/]node_modules[\\/]zod[\\/]/.test(importer)
        ? {
            // Relative, because a chunk's name is a hash of its modules' paths: another folder would be another asset.
            path: relative(root, join(resolveDir, path)).replaceAll("\\", "/"),
            namespace: NAMESPACE,
            sideEffects: false,
          }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: dirname(join(root, path)),
    }));
  },
};

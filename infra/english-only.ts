import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";

/**
 * Bundles zod with its English messages alone. It re-exports those of some fifty languages, which no tool can shake out:
 * a sixth of a function's code, parsed at every cold start.
 */
export const englishOnly: Plugin = {
  name: "english-only",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer, resolveDir, path }) =>
      /[\\/]node_modules[\\/]zod[\\/]/.test(importer)
        ? { path: join(resolveDir, path), namespace: "english-only", sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "english-only" }, ({ path }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: dirname(path),
    }));
  },
};

import { defineConfig } from "vite";

/**
 * Builds the console to static files that a strict content security policy allows: no inline scripts or styles, nothing
 * from elsewhere. `npx vite console` serves it while you change it, with the API of a running `npm start`.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: "/console/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    target: "baseline-widely-available",
    // Inlined files would be data: URLs, and the polyfill would only serve browsers that the target leaves out.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "^/(api/|openapi.json|docs|health)": process.env.SLUICE_URL ?? "http://127.0.0.1:4600" },
  },
});

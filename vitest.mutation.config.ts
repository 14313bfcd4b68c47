import { defineConfig } from "vitest/config";

/** The tests that the mutation run (`npm run test:mutation`) may use: fast, and without emulators. */
export default defineConfig({ test: { include: ["tests/unit/engine/**/*.test.ts"], testTimeout: 30_000 } });

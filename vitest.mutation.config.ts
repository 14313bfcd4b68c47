import { defineConfig } from "vitest/config";
import { z } from "zod";

/** The tests that the mutation run (`npm run test:mutation`) asks: those of one group (scripts/mutation-groups.mjs). */
const include = z
  .array(z.string())
  .parse(JSON.parse(process.env.MUTATION_TESTS ?? '["tests/unit/engine/**/*.test.ts"]'));

export default defineConfig({
  // A mutant that never ends must not take long to be found.
  test: { include, globalSetup: "tests/mutation/shared-dynamodb.ts", testTimeout: 60_000, hookTimeout: 60_000 },
});

import { defineConfig } from "vitest/config";
import { z } from "zod";

/** The tests that the mutation run (`npm run test:mutation`) asks: those of one group (scripts/mutation-groups.mjs). */
const include = z
  .array(z.string())
  .parse(JSON.parse(process.env.MUTATION_TESTS ?? '["tests/unit/engine/**/*.test.ts"]'));

/** Unit tests run on clocks of their own, or take milliseconds. */
const isUnit = include.every((name) => name.startsWith("tests/unit/"));

export default defineConfig({
  test: {
    include,
    ...(!isUnit && { globalSetup: "tests/mutation/shared-dynamodb.ts" }),
    // A mutant that never ends must not take long to be found.
    testTimeout: isUnit ? 10_000 : 60_000,
    hookTimeout: 60_000,
  },
});

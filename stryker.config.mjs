import { groups } from "./scripts/mutation-groups.ts";

// scripts/mutation.ts gives both.
const { MUTATION_GROUP = "decisions", MUTATION_REPORT = "reports/mutation.json" } = process.env;
const { mutate, tests } = groups[MUTATION_GROUP];
process.env.MUTATION_TESTS = JSON.stringify(tests);

export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  // Node strips the types; Stryker cannot read this project's own configuration (docs/decisions/0122).
  tsconfigFile: "no-tsconfig.json",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  mutate,
  ignorePatterns: [
    ".sluice",
    ".build",
    "coverage",
    ".stryker-tmp",
    "cdk.out",
    "docs",
    "bench",
    "console",
    "tests/fixtures",
    "tests/browser",
    "tests/e2e",
  ],
  coverageAnalysis: "perTest",
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 1),
  // A busy machine must not pass for an endless loop.
  timeoutMS: 30_000,
  reporters: ["json", "clear-text"],
  jsonReporter: { fileName: MUTATION_REPORT },
  clearTextReporter: { logTests: false, allowColor: false },
  tempDirName: `.stryker-tmp/${MUTATION_GROUP}`,
};

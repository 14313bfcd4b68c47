import { defineConfig } from "vitest/config";

/** The suites of `npm test` print results, not logs. */
const quiet = ["tests/helpers/quiet.ts"];

/** CloudFormation's rules are most of a synthesis; tests/deployment/cloudformation-rules.test.ts applies them. */
const env = { CDK_VALIDATION: "false" };

/** Tests that start the embedded stack. */
const integration = {
  env,
  setupFiles: quiet,
  // These end what hangs: longer than any wait of a test on a machine that does much else.
  testTimeout: 240_000,
  hookTimeout: 240_000,
  expect: { poll: { timeout: 200_000 } },
  maxWorkers: 2,
};

/**
 * `unit` and `infra` are pure; `integration` starts the embedded stack. What takes longer than ten seconds belongs to
 * `npm run test:heavy`: `*.heavy.test.ts` of them, and chaos, growth, deployment, browser, packages, Python, model servers.
 */
export default defineConfig({
  test: {
    // What is written by the console belongs to the results of tests that fail.
    silent: "passed-only",
    // CI adds up the counts of its suites.
    reporters: process.env.TEST_REPORT ? ["default", ["json", { outputFile: process.env.TEST_REPORT }]] : ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.ts"],
          setupFiles: quiet,
          // Without it one core is left idle: of two, half of the machine.
          maxWorkers: "100%",
          testTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "infra",
          env,
          include: ["tests/infra/**/*.test.ts"],
          setupFiles: quiet,
          // These end what hangs: a synthesis takes a minute on a machine that does much else.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // The CDK library takes seconds to load: each worker loads it once for all of its files.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...integration,
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          exclude: ["tests/integration/**/*.heavy.test.ts"],
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...integration,
          name: "heavy-integration",
          include: ["tests/integration/**/*.heavy.test.ts"],
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "heavy",
          include: ["chaos", "growth", "deployment", "browser", "packages", "python", "model-servers"].map(
            (folder) => `tests/${folder}/**/*.test.ts`,
          ),
          testTimeout: 300_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 200_000 } },
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: "many-jobs",
          include: ["tests/many-jobs/**/*.test.ts"],
          hookTimeout: 120_000,
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: "upgrade",
          include: ["tests/upgrade/**/*.test.ts"],
          expect: { poll: { timeout: 200_000 } },
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});

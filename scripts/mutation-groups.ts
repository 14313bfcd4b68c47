/**
 * What the mutation run puts bugs into, and which tests it asks for each: those that notice soon. Stryker runs, for each
 * bug, those of them that reach its line.
 *
 * @module
 */

/** Sources, with lines where not all of one, and the tests that are asked for them. */
export interface MutationGroup {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

const unit = (...names: string[]): string[] => names.map((name) => `tests/unit/engine/${name}.test.ts`);
const engine = (...names: string[]): string[] => names.map((name) => `tests/integration/engine/${name}.test.ts`);

/** By the name that `npm run test:mutation -- NAME` takes. */
export const groups: Readonly<Record<string, MutationGroup>> = {
  decisions: {
    mutate: ["shared/engine/worker/decide.ts", "shared/engine/worker/visibility.ts:15-42"],
    tests: ["tests/unit/engine/**/*.test.ts"],
  },
  start: {
    mutate: ["shared/engine/jobs/transitions/start.ts"],
    tests: engine("transitions-start"),
  },
  run: {
    mutate: ["shared/engine/jobs/transitions/run.ts"],
    tests: engine("transitions-start", "transitions-end", "transitions-wait"),
  },
  end: {
    mutate: ["shared/engine/jobs/transitions/end.ts"],
    tests: engine("transitions-end"),
  },
  wait: {
    mutate: ["shared/engine/jobs/transitions/wait.ts"],
    tests: engine("transitions-wait"),
  },
  submit: {
    mutate: ["shared/engine/jobs/submit.ts"],
    tests: engine("submit-record"),
  },
  state: {
    mutate: [
      "shared/engine/jobs/store.ts",
      "shared/engine/jobs/send.ts",
      "shared/engine/jobs/record.ts:169-186",
      "shared/engine/table/addresses.ts",
    ],
    tests: unit("stored-jobs"),
  },
  sweep: {
    mutate: ["shared/engine/sweeper/sweep.ts", "shared/engine/sweeper/unclaimed.ts"],
    tests: unit("sweep"),
  },
  "sweep-job": {
    mutate: ["shared/engine/sweeper/sweep-job.ts"],
    tests: unit("sweep-job"),
  },
  consume: {
    mutate: ["shared/engine/worker/consume.ts", "shared/engine/worker/visibility.ts:43-92"],
    tests: unit("consume", "visibility"),
  },
  "run-task": {
    mutate: ["shared/engine/worker/run-task.ts"],
    tests: unit("run-task"),
  },
  finish: {
    mutate: ["shared/engine/worker/finish.ts"],
    tests: unit("finish"),
  },
  lease: {
    mutate: ["shared/engine/worker/lease-renewer.ts"],
    tests: unit("lease-renewer"),
  },
};

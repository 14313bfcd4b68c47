/**
 * Which tests of the engine run on an AWS that is not ours as well, and why the others do not.
 *
 * @module
 */

/** Files of `tests/integration/engine` that run on moto and MiniStack, without `.test.ts`. */
export const onOtherAws: readonly string[] = [
  "callbacks.heavy",
  "circuit-breaker",
  "clear-dead-letters",
  "cost",
  "delivery",
  "fallback",
  "guards",
  "invocation",
  "key-limits",
  "lane-limits",
  "late-admission",
  "late-claims",
  "life-cycle.heavy",
  "limiter",
  "limits-cost",
  "long-jobs",
  "long-lived-jobs",
  "misbehaving-tasks",
  "moved-lanes.heavy",
  "outages",
  "purged-dead-letters",
  "redrive",
  "restore",
  "revoke-running",
  "signed-jobs",
  "statistics",
  "submit-job",
  "submit-record",
  "traced-jobs",
  "transitions-end",
  "transitions-start",
  "transitions-wait",
  "watch",
];

/** Files that run on MiniStack beside those: on moto they were ended after four minutes. */
export const onMiniStack: readonly string[] = ["continue-at-once.heavy", "waiting-jobs.heavy"];

const clock = "moves the clock of our SQS by itself; other SQS follow that of the harness alone";
const long = "makes a case for each call of AWS, or hundreds; moto takes ten seconds and more for one";
const rate = "measures how fast the sweeper sends, which depends on the emulator";
const slowOnBoth =
  "makes a case for each call of AWS: was ended after four minutes on moto, and after four on MiniStack";
/** Files that run on our emulators alone, each with the reason. */
export const onOursAlone: Readonly<Record<string, string>> = {
  "batches.heavy":
    "makes a batch of thousands of jobs: was ended after four minutes on moto, and after four on MiniStack",
  "fault-injection.heavy": long,
  "interleavings.heavy": "passed on moto, which took nine minutes; not run on MiniStack",
  "limits-faults": "did not end within seven minutes on MiniStack, beside other files",
  "limits.heavy": clock,
  "operation-faults.heavy": slowOnBoth,
  "orphaned-jobs.heavy": long,
  "random-scenarios.heavy": long,
  "release-rate": rate,
  "stored-items": clock,
  "sweeper-races.heavy": slowOnBoth,
  "unclaimed.heavy": clock,
};

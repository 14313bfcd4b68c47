/**
 * Which tests of the engine run on an AWS that is not ours as well, and why the others do not.
 *
 * @module
 */

/** Files of `tests/integration/engine` that run on moto and MiniStack, without `.test.ts`. */
export const onOtherAws: readonly string[] = [
  "circuit-breaker",
  "clear-dead-letters",
  "cost",
  "delivery",
  "fallback",
  "guards",
  "invocation",
  "key-limits",
  "late-admission",
  "late-claims",
  "life-cycle.heavy",
  "limiter",
  "limits-cost",
  "long-jobs",
  "long-lived-jobs",
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
];

const clock = "moves the clock of our SQS by itself; other SQS follow that of the harness alone";
const long = "makes a case for each call of AWS, or hundreds; moto takes ten seconds and more for one";
const fair = "one of its tests needs fair queues, which the others do not have";
const rate = "measures how fast the sweeper sends, which depends on the emulator";
const untried = "was not tried on both yet";

/** Files that run on our emulators alone, each with the reason. */
export const onOursAlone: Readonly<Record<string, string>> = {
  "batches.heavy": untried,
  "callbacks.heavy": untried,
  "continue-at-once.heavy": untried,
  "fault-injection.heavy": long,
  "interleavings.heavy": "passed on moto, which took nine minutes; not run on MiniStack",
  "lane-limits": fair,
  "limits-faults": "did not end within seven minutes on MiniStack, beside other files",
  "limits.heavy": clock,
  "misbehaving-tasks": "purges a queue before each test, which SQS refuses more than once a minute",
  "moved-lanes.heavy": untried,
  "operation-faults.heavy": untried,
  "orphaned-jobs.heavy": long,
  "random-scenarios.heavy": long,
  "release-rate": rate,
  "stored-items": clock,
  "sweeper-races.heavy": untried,
  "unclaimed.heavy": clock,
  "waiting-jobs.heavy": untried,
  watch: untried,
};

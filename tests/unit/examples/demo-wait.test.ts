/**
 * The demo ends when a job is stuck, and only then.
 *
 * @module
 */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WaitOptions } from "../../../client/wait.ts";
import type { Job } from "../../../contracts/jobs/wire.ts";
import { IDLE_LOOKS, JobStuckError, type WaitingClient, waitWhileMoving } from "../../../examples/demo/wait.ts";
import { job, succeeded } from "../../helpers/wire-job.ts";

const LOOK_MS = 2_000;
const idle = { name: "summarize-high", depth: 0, active_tasks: 0, reachable: true };
const busyNeighbour = { name: "summarize-low", depth: 7, active_tasks: 7, reachable: true };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Waits for a job whose lane looks as given. */
function startWaiting(lane: typeof idle, first: Job) {
  const { promise: done, resolve: end } = Promise.withResolvers<Job>();
  const seen = {
    looks: 0,
    move: (_: Job) => {},
    end,
    error: undefined as unknown,
    result: undefined as Job | undefined,
  };
  const client = {
    wait(_id: string, { onProgress }: WaitOptions = {}) {
      seen.move = (moved) => onProgress?.(moved);
      onProgress?.(first);
      return done;
    },
    async call() {
      seen.looks += 1;
      return { queues: [{ lanes: [busyNeighbour, lane] }] };
    },
  } as unknown as WaitingClient;
  waitWhileMoving(client, first.task_id).then(
    (result) => {
      seen.result = result;
    },
    (error: unknown) => {
      seen.error = error;
    },
  );
  return seen;
}

const look = (times: number) => vi.advanceTimersByTimeAsync(times * LOOK_MS);

test("a job that does not move beside an idle lane is stuck, and the error says which and where", async () => {
  const seen = startWaiting(idle, job());

  await look(IDLE_LOOKS - 1);
  expect(seen.error).toBeUndefined();
  await look(1);

  expect(seen.error).toBeInstanceOf(JobStuckError);
  expect(String(seen.error)).toMatch(/5d0f9c2a.* \(summarize\) is stuck: PENDING after 0 runs.*lane summarize-high/);
  await look(10);
  expect(seen.looks).toBe(IDLE_LOOKS);
});

test.each<[string, typeof idle, Job]>([
  ["its lane has messages", { ...idle, depth: 1 }, job()],
  ["its lane runs a job", { ...idle, active_tasks: 1 }, job()],
  ["its lane cannot be asked", { ...idle, reachable: false }, job()],
  [
    "it waits out a backoff",
    idle,
    job({ status: "RETRY", attempts: 1, next_attempt_at: new Date(Date.now() + 86_400_000).toISOString() }),
  ],
])("a job is waited for while %s", async (_, lane, first) => {
  const seen = startWaiting(lane, first);

  await look(3 * IDLE_LOOKS);
  expect(seen.error).toBeUndefined();
  seen.end(succeeded(null));
  await look(1);

  expect(seen.result).toMatchObject({ status: "SUCCESS" });
});

test("looks are counted from zero when the job moves, and there are none once it has ended", async () => {
  const seen = startWaiting(idle, job());

  for (let attempts = 1; attempts < 4; attempts++) {
    await look(IDLE_LOOKS - 1);
    seen.move(job({ status: "STARTED", attempts }));
  }
  seen.end(succeeded(null));
  await look(IDLE_LOOKS);

  expect(seen.result).toMatchObject({ status: "SUCCESS" });
  expect(seen.looks).toBe(3 * (IDLE_LOOKS - 1));
});

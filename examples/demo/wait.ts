/**
 * Waiting for a job as long as it takes, and no longer: a busy machine may need minutes, but then something moves.
 *
 * @module
 */

import type { Client } from "../../client/index.ts";
import { sleep } from "../../client/sleep.ts";
import { catalog } from "../../contracts/catalog.ts";
import { laneFor, laneName } from "../../contracts/jobs/lanes.ts";
import type { Job } from "../../contracts/jobs/wire.ts";

/** What the waiting needs of a client. */
export type WaitingClient = Pick<Client, "wait" | "call">;

/**
 * Idle looks in a row after which a job counts as stuck. Each is a request that the stack has answered. At one in two seconds,
 * they take longer than the five minutes within which the engine itself sends a lost message again.
 */
export const IDLE_LOOKS = 200;

/** A job that nothing will end any more. */
export class JobStuckError extends Error {
  override readonly name = "JobStuckError";

  constructor({ task_id, task_name, status, attempts }: Job, lane: string) {
    super(
      `Job ${task_id} (${task_name}) is stuck: ${status} after ${attempts} runs, and it did not move while its lane ${lane} was ` +
        `empty and ran nothing, ${IDLE_LOOKS} looks in a row. Its message seems to be lost. Run the demo again; with npm start ` +
        "and the same input, the functions' log says more.",
    );
  }
}

/**
 * Resolves when the job has an outcome.
 * @param everyMs milliseconds between two checks of its lane
 * @throws JobStuckError when the job has not moved while its lane was idle, {@link IDLE_LOOKS} looks in a row
 */
export async function waitWhileMoving(client: WaitingClient, taskId: string, everyMs = 2_000): Promise<Job> {
  const ended = new AbortController();
  let last: Job | undefined;
  let looks = 0;
  const onProgress = (job: Job) => {
    last = job;
    looks = 0;
  };
  const watch = async (): Promise<never> => {
    for (;;) {
      await sleep(everyMs, ended.signal);
      looks = last !== undefined && (await isIdle(client, last)) ? looks + 1 : 0;
      if (last !== undefined && looks >= IDLE_LOOKS) throw new JobStuckError(last, laneOf(last));
    }
  };
  try {
    return await Promise.race([client.wait(taskId, { signal: ended.signal, onProgress }), watch()]);
  } finally {
    ended.abort();
  }
}

/** True when nothing waits or runs in the job's lane, and the job does not wait for a time. */
async function isIdle(client: WaitingClient, job: Job): Promise<boolean> {
  if (job.next_attempt_at !== null && Date.parse(job.next_attempt_at) > Date.now()) return false;
  // Jobs are waited for side by side: one answer serves them all.
  const { queues } = await client.call("GET /api/v1/queues", { query: { max_age: 1 } });
  const lane = queues.flatMap((queue) => queue.lanes).find(({ name }) => name === laneOf(job));
  return lane?.reachable === true && lane.depth === 0 && lane.active_tasks === 0;
}

function laneOf({ task_name, priority }: Job): string {
  const queue = catalog.findTask(task_name)?.queue ?? "default";
  return laneName(queue, laneFor(priority, catalog.queueOf(queue).lanes));
}

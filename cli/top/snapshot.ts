import type { AnswerOf, Client } from "../../client/index.ts";

/** What `sluice top` shows: one look at queues and running jobs. */
export interface Snapshot {
  readonly at: string;
  readonly queues: AnswerOf<"GET /api/v1/queues">["queues"];
  readonly active_tasks: AnswerOf<"GET /api/v1/tasks/tasks/active">["active_tasks"];
}

/** Running jobs, those that have run longest first. */
export const longestFirst = (jobs: Snapshot["active_tasks"]): Snapshot["active_tasks"] =>
  [...jobs].sort((one, other) => (one.time_start ?? 0) - (other.time_start ?? 0));

/** Reads what one frame of `sluice top` shows. */
export async function takeSnapshot(client: Client): Promise<Snapshot> {
  const [{ queues }, { active_tasks }] = await Promise.all([
    client.queues.list(),
    client.call("GET /api/v1/tasks/tasks/active"),
  ]);
  return { at: new Date().toISOString(), queues, active_tasks };
}

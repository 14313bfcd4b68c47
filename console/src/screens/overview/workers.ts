import type { AnswerOf } from "../../api/routes.ts";

type Queue = AnswerOf<"GET /api/v1/queues">["queues"][number];

/** A worker as `GET /workers` returns it. */
export type Worker = AnswerOf<"GET /api/v1/workers">["workers"][number];

/** The workers as `GET /queues` shows them already: each takes from one lane, so that they need no request of their own. */
export const workersOf = (queues: readonly Queue[]): Worker[] =>
  queues.flatMap(({ name, tasks, lanes }) =>
    lanes.map((lane) => ({
      name: lane.worker,
      queue: name,
      lane: lane.lane,
      status: statusOf(lane),
      active_tasks: lane.active_tasks,
      max_concurrency: lane.max_concurrency,
      registered_tasks: tasks,
    })),
  );

function statusOf({ reachable, paused, active_tasks }: Queue["lanes"][number]): Worker["status"] {
  if (!reachable) return "unreachable";
  if (paused) return "paused";
  return active_tasks > 0 ? "active" : "idle";
}

/**
 * Lanes of queues as rows of a table.
 *
 * @module
 */

import type { LaneState } from "../../contracts/monitoring/operations.ts";
import type { Screen } from "./screen.ts";
import type { Column } from "./table.ts";
import { formatDuration } from "./time.ts";

/** One lane of a queue, as a row of a table. */
export interface LaneRow extends LaneState {
  /** Messages in the queue's dead-letter queue; undefined on all but the queue's first lane. */
  readonly dlqDepth: number | undefined;
}

interface Queue {
  readonly dlq_depth: number;
  readonly lanes: readonly LaneState[];
}

/** The lanes of all queues, as rows of a table. */
export const laneRows = (queues: readonly Queue[]): LaneRow[] =>
  queues.flatMap(({ lanes, dlq_depth }) =>
    lanes.map((lane, index) => ({ ...lane, dlqDepth: index === 0 ? dlq_depth : undefined })),
  );

const state = ({ reachable, paused }: LaneState): string =>
  !reachable ? "unreachable" : paused === true ? "paused" : paused === null ? "unknown" : "open";

/** The columns of a table of lanes. */
export const laneColumns = (screen: Screen): readonly Column<LaneRow>[] => [
  { title: "LANE", value: ({ name }) => name },
  {
    title: "STATE",
    value: state,
    paint: (cell, lane) => screen.paint(lane.paused ? "yellow" : lane.reachable ? "green" : "red", cell),
  },
  {
    title: "WAITING",
    value: ({ depth }) => depth,
    align: "right",
    paint: (cell, { depth }) => (depth > 0 ? screen.paint("bold", cell) : cell),
  },
  {
    title: "RUNNING",
    value: ({ active_tasks }) => active_tasks,
    align: "right",
    paint: (cell, lane) => (lane.active_tasks > 0 ? screen.paint("cyan", cell) : cell),
  },
  { title: "MAX", value: ({ max_concurrency }) => max_concurrency, align: "right" },
  { title: "DELAYED", value: ({ delayed }) => delayed, align: "right" },
  { title: "OLDEST", value: (lane) => age(screen, lane.oldest_age_seconds), align: "right" },
  { title: "PER MIN", value: ({ rate_per_minute }) => rate_per_minute?.toFixed(1), align: "right" },
  {
    title: "DEAD",
    value: ({ dlqDepth }) => dlqDepth,
    align: "right",
    paint: (cell, { dlqDepth = 0 }) => (dlqDepth > 0 ? screen.paint("red", cell) : cell),
  },
];

const age = (screen: Screen, seconds: number | null) =>
  seconds === null ? null : screen.terminal ? formatDuration(Math.round(seconds) * 1_000) : seconds;

/**
 * Lanes: each queue has one for interactive and one for background work, so that a backlog never starves a user.
 *
 * @module
 */

/** The lanes of a queue: `high` for interactive work, `low` for background work. */
export const lanes = ["high", "low"] as const;
/** One lane of a queue. */
export type Lane = (typeof lanes)[number];

/** Priorities run from 0 to 10; this one and above take the high lane. */
const HIGH_LANE_PRIORITY = 5;
/** The priority of a single submit; 5 and over selects the high lane. */
export const DEFAULT_PRIORITY = 5;
/** Batches and schedules are background work. */
export const BACKGROUND_PRIORITY = 1;

/** The lane for a priority, among the lanes that the queue has. */
export function laneFor(priority: number, available: readonly Lane[]): Lane {
  const wanted: Lane = priority >= HIGH_LANE_PRIORITY ? "high" : "low";
  return available.includes(wanted) ? wanted : (available[0] ?? "low");
}

/** `summarize-high`: the lane's name in URLs, metrics and physical queue names. */
export const laneName = (queue: string, lane: Lane): string => `${queue}-${lane}`;

/** `summarize-dlq`: the name of a queue's dead-letter queue, without the stage. */
export const deadLetterName = (queue: string): string => `${queue}-dlq`;

/** A worker is one event source mapping. */
export const workerName = (queue: string, lane: Lane): string => `${laneName(queue, lane)}@lambda`;

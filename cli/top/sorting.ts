import type { LaneRow } from "../output/lanes.ts";

type Measure = (lane: LaneRow) => number;

const measures: Readonly<Record<string, Measure>> = {
  waiting: ({ depth }) => depth,
  running: ({ active_tasks }) => active_tasks,
  oldest: ({ oldest_age_seconds }) => oldest_age_seconds ?? -1,
  dead: ({ dlqDepth }) => dlqDepth ?? -1,
};

/** The orders of the lanes, as `s` goes through them. */
export const orders: readonly string[] = ["name", ...Object.keys(measures)];

/** Lanes in an order: those with the most first, equal ones as they were. */
export function sorted(lanes: readonly LaneRow[], order: string): readonly LaneRow[] {
  const measure = Object.hasOwn(measures, order) ? measures[order] : undefined;
  return measure === undefined ? lanes : lanes.toSorted((one, other) => measure(other) - measure(one));
}

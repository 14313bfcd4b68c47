/**
 * Figures of the lanes as values by name: `<lane>:depth` `<lane>:age` and `<lane>:rate`, and of all lanes as `total`.
 *
 * @module
 */

import type { AnswerOf } from "../api/routes.ts";
import type { Sample, Samples } from "./samples.ts";

type Queues = AnswerOf<"GET /api/v1/queues">;
type History = AnswerOf<"GET /api/v1/queues/history">;

/** The curves' values in an answer of `GET /queues`. */
export function valuesOf({ queues }: Queues): Record<string, number> {
  const lanes = queues.flatMap((queue) => queue.lanes);
  const values: Record<string, number> = {};
  for (const lane of lanes) {
    values[`${lane.name}:depth`] = lane.depth;
    values[`${lane.name}:age`] = lane.oldest_age_seconds ?? 0;
    values[`${lane.name}:rate`] = lane.rate_per_minute ?? 0;
  }
  const sum = (count: (lane: (typeof lanes)[number]) => number) =>
    lanes.reduce((total, lane) => total + count(lane), 0);
  return {
    ...values,
    "total:depth": sum((lane) => lane.depth),
    "total:rate": sum((lane) => lane.rate_per_minute ?? 0),
    "total:running": sum((lane) => lane.active_tasks),
  };
}

/** What the API has kept of the time before the page was opened; rates follow from two samples. */
export function samplesOf({ samples }: History): Samples {
  const found: Record<string, Sample[]> = {};
  const add = (name: string, at: number, value: number): void => {
    found[name] ??= [];
    found[name].push({ at, value });
  };
  for (const [index, sample] of samples.entries()) {
    const at = Date.parse(sample.at);
    add(
      "total:depth",
      at,
      sample.lanes.reduce((total, lane) => total + lane.depth, 0),
    );
    for (const lane of sample.lanes) {
      add(`${lane.name}:depth`, at, lane.depth);
      add(`${lane.name}:age`, at, lane.oldest_age_seconds ?? 0);
    }
    const before = samples[index - 1];
    const minutes = before ? (at - Date.parse(before.at)) / 60_000 : 0;
    if (!before || minutes <= 0) continue;
    let total = 0;
    for (const lane of sample.lanes) {
      const ended =
        lane.ended_total - (before.lanes.find(({ name }) => name === lane.name)?.ended_total ?? lane.ended_total);
      // A counter that was reset says nothing about the minute.
      const rate = Math.max(0, ended) / minutes;
      total += rate;
      add(`${lane.name}:rate`, at, rate);
    }
    add("total:rate", at, total);
  }
  return found;
}

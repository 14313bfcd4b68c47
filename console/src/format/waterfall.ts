/**
 * A job's life as stretches of time, for a waterfall. Pure, so that it can be tested without a browser.
 *
 * @module
 */

import type { Job, JobEvent } from "../../../contracts/jobs/wire.ts";

/** A stretch of a job's life, in milliseconds since the epoch. */
export interface Span {
  readonly kind: "waits" | "runs";
  readonly from: number;
  readonly to: number;
}

const ended: readonly string[] = ["SUCCESS", "FAILURE", "REVOKED"];

/** The stretches between the changes of a job's state. @param now the end of a job that has none yet */
export function spansOf(events: readonly Pick<JobEvent, "at" | "status">[], now: number): Span[] {
  return events.flatMap(({ at, status }, index) => {
    const from = Date.parse(at);
    const next = events[index + 1];
    const to = next ? Date.parse(next.at) : Math.max(from, now);
    if (ended.includes(status) || to <= from) return [];
    return [{ kind: status === "STARTED" ? "runs" : "waits", from, to } as const];
  });
}

type Times = Pick<Job, "created_at" | "started_at" | "finished_at" | "ready">;

/** What is known of another job without its timeline: how long it waited, and from its last start on. */
export function spansOfJob({ created_at, started_at, finished_at, ready }: Times, now: number): Span[] {
  const from = Date.parse(created_at);
  const end = finished_at === null ? (ready ? from : Math.max(from, now)) : Date.parse(finished_at);
  if (started_at === null) return from < end ? [{ kind: "waits", from, to: end }] : [];
  const start = Date.parse(started_at);
  return [
    { kind: "waits", from, to: start } as const,
    { kind: "runs", from: start, to: Math.max(start, end) } as const,
  ].filter((span) => span.to > span.from);
}

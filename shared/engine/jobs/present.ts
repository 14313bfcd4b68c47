/**
 * Job records as they travel over HTTP.
 *
 * @module
 */

import { fileLink } from "../../../contracts/jobs/files.ts";
import { isReady } from "../../../contracts/jobs/states.ts";
import type { Job, JobEvent, JobLogLine } from "../../../contracts/jobs/wire.ts";
import { iso, isoOrNull } from "../../lib/time.ts";
import type { JobRecord } from "./record.ts";

/**
 * The job on the wire: every field present, null when empty.
 * @param result what {@link JobStore.readResult} gave
 */
export function presentJob(record: JobRecord, result: unknown): Job {
  return {
    task_id: record.task_id,
    task_name: record.task_name,
    status: record.status,
    result: (result ?? null) as Job["result"],
    error: record.error ?? null,
    ready: isReady(record.status),
    successful: record.status === "SUCCESS",
    progress: record.progress ?? null,
    attempts: record.attempts,
    priority: record.priority,
    project_id: record.project_id,
    trace_id: record.trace_id,
    batch_id: record.batch_id ?? null,
    parent_id: record.parent_id ?? null,
    tags: record.tags ?? null,
    created_at: iso(record.created_at),
    started_at: isoOrNull(record.started_at),
    finished_at: isoOrNull(record.finished_at),
    next_attempt_at: isoOrNull(record.next_attempt_at),
    duration_ms: record.duration_ms ?? null,
    worker: record.worker ?? null,
    usage: record.usage ?? null,
    files: (record.files ?? []).map(({ n, b, t }) => ({
      name: n,
      bytes: b,
      content_type: t,
      link: fileLink(record.task_id, n),
    })),
  };
}

/** The job's timeline, oldest first. A claim cannot know the attempt it makes, so attempts are counted here. */
export function presentEvents(record: JobRecord): JobEvent[] {
  let attempt = 0;
  return record.events.map((entry) => {
    if (entry.s === "PENDING") attempt = 0;
    else if (entry.n > 0) attempt = entry.n;
    else if (entry.s === "STARTED") attempt += 1;
    const ofRun = attempt;
    if (entry.c) attempt = 0;
    return {
      at: iso(entry.t),
      status: entry.s,
      attempt: ofRun,
      worker: entry.w ?? null,
      error: entry.e ?? null,
      message: entry.m ?? null,
    };
  });
}

const levels = { i: "info", w: "warn", e: "error" } as const;

/** What the task's code has logged, oldest first. */
export const presentLog = (record: JobRecord): JobLogLine[] =>
  (record.log ?? []).map(({ t, n, l, m }) => ({
    at: iso(t),
    level: levels[l],
    attempt: n,
    message: m,
  }));

/**
 * Finds dead letters: jobs that failed for good, by the sparse index of their records.
 *
 * @module
 */

import type {
  DeadLetter,
  DeadLetterCounts,
  DeadLetterFilter,
  DeadLetterGroups,
} from "../../../contracts/dead-letters/dead-letters.ts";
import { MAX_DEAD_LETTERS_PER_REQUEST } from "../../../contracts/dead-letters/dead-letters.ts";
import type { Catalog } from "../../../contracts/define-catalog.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import type { WorkReader } from "../monitoring/work-at-once.ts";
import {
  comparePositions,
  decodeCursor,
  encodeCursor,
  type Position,
  pageWork,
  type WorkEntry,
} from "../monitoring/work-index.ts";

/** The work index's kind of a queue's dead letters. */
export type DeadKind = `DEAD#${string}`;
/** The work index's kind of a queue's dead letters. */
export const deadKind = (queue: string): DeadKind => `DEAD#${queue}`;

/**
 * Dead letters of each queue, by their records.
 * @param isCounted counts these jobs alone
 */
export async function countDeadLetters(
  { queues }: Catalog,
  work: WorkReader,
  isCounted?: (entry: WorkEntry) => boolean,
): Promise<ReadonlyMap<string, number>> {
  const counts = queues.map(async ({ name }) => {
    const kind = deadKind(name);
    const count = isCounted ? (await work.read(kind)).filter(isCounted).length : await work.count(kind);
    return [name, count] as const;
  });
  return new Map(await Promise.all(counts));
}

/**
 * Counts as the API shows them.
 * @param depths messages in the dead-letter queues; undefined: they were not asked
 */
export function presentCounts(
  { queues }: Catalog,
  counts: ReadonlyMap<string, number>,
  depths?: ReadonlyMap<string, number>,
): DeadLetterCounts {
  const counted = queues.map(({ name }) => ({
    queue: name,
    count: counts.get(name) ?? 0,
    messages: depths ? (depths.get(name) ?? 0) : null,
  }));
  return { queues: counted, total_count: counted.reduce((total, each) => total + each.count, 0) };
}

/** True while the job is a dead letter: it is FAILURE, and was neither purged nor archived. */
export const isDeadLetter = (record: JobRecord, queue: string): boolean =>
  record.status === "FAILURE" && record.queue === queue && record.work_pk !== undefined;

/** Chooses the jobs that a caller may act on. */
export type OwnJobs = (job: { readonly project_id: string; readonly task_name: string }) => boolean;

interface Selecting extends DeadLetterFilter {
  readonly limit?: number;
  readonly isOwn?: OwnJobs | undefined;
}

/** Which dead letters are meant. */
export interface Selection {
  readonly jobs: readonly JobRecord[];
  /** Named, but no dead letter of this queue. */
  readonly skipped: number;
  /** The filter matches more than these: where to continue. */
  readonly nextCursor: string | null;
}

/**
 * The dead letters of a queue that a filter matches, latest first; task_ids and fingerprint together must both match.
 * @throws InvalidCursorError
 */
export async function selectDeadLetters(
  services: JobServices,
  queue: string,
  { limit = MAX_DEAD_LETTERS_PER_REQUEST, isOwn = () => true, ...filter }: Selecting,
): Promise<Selection> {
  const isWanted = (job: WorkEntry | JobRecord) =>
    isOwn(job) && (filter.fingerprint === undefined || job.fingerprint === filter.fingerprint);
  if (filter.task_ids)
    return selectNamed(services, queue, { taskIds: filter.task_ids, isWanted, limit, cursor: filter.cursor });
  const { entries, nextCursor } = await pageWork(services, deadKind(queue), {
    limit,
    isWanted,
    cursor: filter.cursor,
  });
  const jobs = (await services.store.getMany(entries.map((entry) => entry.task_id)))
    .filter((job) => isDeadLetter(job, queue) && isWanted(job))
    .sort((one, other) => comparePositions(positionOf(other), positionOf(one)));
  return { jobs, skipped: entries.length - jobs.length, nextCursor };
}

interface Named {
  readonly taskIds: readonly string[];
  readonly isWanted: (job: JobRecord) => boolean;
  readonly limit: number;
  readonly cursor: string | undefined;
}

async function selectNamed(
  services: JobServices,
  queue: string,
  { taskIds, isWanted, limit, cursor }: Named,
): Promise<Selection> {
  const ids = [...new Set(taskIds)];
  const before = cursor === undefined ? undefined : decodeCursor(cursor);
  const found = (await services.store.getMany(ids)).filter((job) => isDeadLetter(job, queue) && isWanted(job));
  const left = found
    .filter((job) => before === undefined || comparePositions(positionOf(job), before) < 0)
    .sort((one, other) => comparePositions(positionOf(other), positionOf(one)));
  const jobs = left.slice(0, limit);
  const last = left.length > limit ? jobs.at(-1) : undefined;
  return {
    jobs,
    // Those of the pages before are no longer dead letters, and were counted there.
    skipped: before === undefined ? ids.length - found.length : 0,
    nextCursor: last ? encodeCursor(positionOf(last)) : null,
  };
}

/** Where a dead letter is in the list of its queue. */
export const positionOf = ({ work_at: at = 0, task_id }: JobRecord): Position => ({ at, task_id });

/** Dead letters with the same fingerprint. */
export interface DeadLetterGroup {
  readonly fingerprint: string | null;
  readonly taskNames: readonly string[];
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly latest: WorkEntry;
}

type PresentedGroup = DeadLetterGroups["groups"][number];

/** Groups entries by fingerprint, largest group first. */
export function groupDeadLetters(entries: readonly WorkEntry[]): DeadLetterGroup[] {
  const groups = Object.values(Object.groupBy(entries, (entry) => entry.fingerprint ?? ""));
  return groups
    .flatMap((group = []) => {
      const byTime = group.toSorted((one, other) => one.at - other.at);
      const [first, latest] = [byTime[0], byTime.at(-1)];
      if (!first || !latest) return [];
      const taskNames = [...new Set(group.map((entry) => entry.task_name))].sort();
      const fingerprint = latest.fingerprint ?? null;
      return [{ fingerprint, taskNames, count: group.length, firstAt: first.at, latest }];
    })
    .sort((one, other) => other.count - one.count || other.latest.at - one.latest.at);
}

/**
 * Groups as the API shows them.
 * @param examples records of their latest jobs, and maybe others
 */
export function presentGroups(groups: readonly DeadLetterGroup[], examples: readonly JobRecord[]): PresentedGroup[] {
  const byId = new Map(examples.map((record) => [record.task_id, record]));
  return groups.map((group) => {
    const example = byId.get(group.latest.task_id);
    return {
      fingerprint: group.fingerprint,
      task_names: [...group.taskNames],
      count: group.count,
      first_at: new Date(group.firstAt).toISOString(),
      last_at: new Date(group.latest.at).toISOString(),
      example: example ? presentDeadLetter(example) : null,
    };
  });
}

/** A dead letter as the API shows it. */
export function presentDeadLetter(record: JobRecord): DeadLetter {
  return {
    task_id: record.task_id,
    task_name: record.task_name,
    project_id: record.project_id,
    error: record.error ?? null,
    fingerprint: record.fingerprint ?? null,
    attempts: record.attempts,
    trace_id: record.trace_id,
    created_at: new Date(record.created_at).toISOString(),
    received_at: new Date(record.finished_at ?? record.created_at).toISOString(),
  };
}

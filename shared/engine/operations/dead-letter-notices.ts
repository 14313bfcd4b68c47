/**
 * Notifies a topic of jobs that failed for good, from the record index: whoever wrote the failure down, it is found there,
 * and no worker waits for a topic (docs/decisions/0088). At least once: what could not be published is tried again.
 *
 * @module
 */

import { z } from "zod";
import { type DeadLetterNotice, MAX_JOBS_PER_NOTICE } from "../../../contracts/dead-letters/notice.ts";
import { table } from "../../../contracts/resources.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { readWork, type WorkEntry } from "../monitoring/work-index.ts";
import { parseItem } from "../table/table.ts";
import { deadKind } from "./dead-letters.ts";

/** A failure may show in the index this much after the time that it carries: retried writes, the index's own lag. */
const LATE_MS = 60_000;
/** What could not be published for a day is not news any more. */
const LONGEST_MS = 24 * 3_600_000;
/** Failures remembered as published; in a flood beyond it one may be published twice. */
const MAX_REMEMBERED = 2_000;
/** Notices that one call publishes, as SNS takes them. */
const BATCH = 10;

/** Publishes up to ten notices. @returns what became of each: one that is refused would be refused again */
export type Publish = (notices: readonly DeadLetterNotice[]) => Promise<readonly ("taken" | "refused" | "later")[]>;

/** How many dead letters were announced. */
export interface Notified {
  /** Jobs. */
  readonly notified: number;
  /** Notices that the topic did not take. */
  readonly failed: number;
}

const stateKey = { [table.partitionKey]: "NOTICES", [table.sortKey]: "state" };
const stateSchema = z.object({
  /** Failures up to this time have been published, but for those that show late. */
  until: z.number(),
  told: z.array(z.string()),
});
type State = z.infer<typeof stateSchema>;

/** One failure of one job: a job that is run again can fail again. */
const nameOf = ({ at, task_id }: WorkEntry): string => `${at}#${task_id}`;

/** How to notify. */
export interface Notifier {
  readonly publish: Publish;
  /** What links start with, such as `https://api.example.com`; empty for paths. */
  readonly publicUrl: string;
  readonly logger: Pick<Logger, "error">;
  /** False when the caller has to end; what is left over is published the next time. */
  readonly hasTime: () => boolean;
}

/**
 * Publishes every job that has failed for good since the last call, and is still in the list of dead letters.
 * A topic that cannot be reached is logged and counted, not thrown.
 */
export async function notifyDeadLetters(services: JobServices, notifier: Notifier): Promise<Notified> {
  const now = services.now();
  const state = await readState(services, now);
  const known = new Set(state.told);
  const since = Math.max(state.until - LATE_MS, now - LONGEST_MS);
  const found = await Promise.all(
    services.catalog.queues.map(({ name }) => readWork(services, deadKind(name), { since })),
  );
  const entries = found.flat().filter((entry) => !known.has(nameOf(entry)));
  if (entries.length === 0 && !state.isNew) return { notified: 0, failed: 0 };

  const outcome = { notified: 0, failed: 0 };
  let complete = true;
  const groups = groupAlike(entries);
  for (let start = 0; start < groups.length && complete; start += BATCH) {
    const batch = await Promise.all(
      groups.slice(start, start + BATCH).map((group) => describe(services, group, notifier)),
    );
    const published = notifier.hasTime() ? await publishWhatIs(batch, notifier) : undefined;
    complete = published?.every((each) => each !== "later") ?? false;
    for (const [index, { seen, notice }] of batch.entries()) {
      if (published?.[index] === "taken") outcome.notified += notice?.count ?? 0;
      else if (published) outcome.failed += 1;
      if (published && published[index] !== "later") for (const entry of seen) known.add(nameOf(entry));
    }
  }
  const until = complete ? now : state.until;
  const told = [...known].filter((name) => Number.parseInt(name, 10) > until - LATE_MS);
  await writeState(services, { until, told: told.toSorted().slice(-MAX_REMEMBERED) });
  return outcome;
}

/** Jobs of one project, task and kind of error, the latest first, as many as a notice names. */
function groupAlike(entries: readonly WorkEntry[]): WorkEntry[][] {
  const alike = Object.groupBy(entries, ({ queue, task_name, project_id, fingerprint = "" }) =>
    JSON.stringify([queue, task_name, project_id, fingerprint]),
  );
  return Object.values(alike).flatMap((group = []) => {
    const latestFirst = group.toSorted((one, other) => other.at - one.at);
    const count = Math.ceil(group.length / MAX_JOBS_PER_NOTICE);
    return Array.from({ length: count }, (_, index) =>
      latestFirst.slice(index * MAX_JOBS_PER_NOTICE, (index + 1) * MAX_JOBS_PER_NOTICE),
    );
  });
}

interface Described {
  /** Failures that their records show. One that a record does not show yet is published the next time. */
  readonly seen: readonly WorkEntry[];
  /** Undefined when somebody dealt with all of them in the meantime. */
  readonly notice: DeadLetterNotice | undefined;
}

async function describe(
  services: JobServices,
  group: readonly WorkEntry[],
  { publicUrl }: Notifier,
): Promise<Described> {
  const records = await services.store.getMany(group.map(({ task_id }) => task_id));
  const byId = new Map(records.map((record) => [record.task_id, record]));
  const seen = group.filter(({ task_id, at }) =>
    byId.get(task_id)?.events.some((event) => event.s === "FAILURE" && event.t === at),
  );
  const failed = seen.flatMap(({ task_id }) => byId.get(task_id) ?? []).filter(({ status }) => status === "FAILURE");
  const [latest] = failed;
  return {
    seen,
    notice: latest && toNotice(latest, failed, { stage: services.resources.SLUICE_STAGE, links: publicUrl }),
  };
}

function toNotice(
  latest: JobRecord,
  all: readonly JobRecord[],
  { stage, links }: { readonly stage: string; readonly links: string },
): DeadLetterNotice {
  return {
    stage,
    queue: latest.queue,
    task_name: latest.task_name,
    project_id: latest.project_id,
    fingerprint: latest.fingerprint ?? null,
    count: all.length,
    task_ids: all.map(({ task_id }) => task_id),
    task_id: latest.task_id,
    error: latest.error ?? null,
    attempts: latest.attempts,
    failed_at: new Date(latest.finished_at ?? latest.created_at).toISOString(),
    links: { job: `${links}/api/v1/jobs/${latest.task_id}`, console: `${links}/console/jobs/${latest.task_id}` },
  };
}

/** One call for all that there is to publish; what nobody needs to know any more counts as taken. */
async function publishWhatIs(batch: readonly Described[], { publish, logger }: Notifier) {
  const notices = batch.flatMap(({ notice }) => notice ?? []);
  const outcomes =
    notices.length === 0
      ? []
      : await publish(notices).catch((error: unknown) => {
          logger.error("dead-letter notices could not be published", { error });
          return notices.map(() => "later" as const);
        });
  for (const [index, notice] of notices.entries()) {
    if (outcomes[index] === "refused") logger.error("the topic refused a notice", { ...notice });
  }
  return batch.map(({ notice }) => (notice ? (outcomes[notices.indexOf(notice)] ?? "later") : "taken"));
}

async function readState({ store }: JobServices, now: number): Promise<State & { readonly isNew: boolean }> {
  const item = await store.table.get(stateKey);
  // Failures from before the first look are history.
  return item ? { ...parseItem(stateSchema, item), isNew: false } : { until: now, told: [], isNew: true };
}

const writeState = ({ store }: JobServices, state: State): Promise<void> => store.table.put({ ...stateKey, ...state });

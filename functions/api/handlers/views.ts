import { NO_FINGERPRINT } from "../../../contracts/dead-letters/no-fingerprint.ts";
import type { viewRoutes } from "../../../contracts/routes/views.ts";
import { presentEvents, presentJob, presentLog } from "../../../shared/engine/jobs/present.ts";
import { readAtOnce } from "../../../shared/engine/monitoring/work-at-once.ts";
import { pageEntries, type WorkEntry } from "../../../shared/engine/monitoring/work-index.ts";
import {
  countDeadLetters,
  deadKind,
  groupDeadLetters,
  isDeadLetter,
  presentCounts,
  presentDeadLetter,
  presentGroups,
} from "../../../shared/engine/operations/dead-letters.ts";
import { countedFor, isAdmin, mayAccessJob } from "../caller.ts";
import { queueOf } from "../request.ts";
import type { Handlers } from "../route-handler.ts";
import { findJob, listChildren } from "./jobs.ts";
import { usageByProject, usageOf } from "./usage.ts";

/** What pages of the web console show. */
export const viewHandlers: Handlers<keyof typeof viewRoutes> = {
  async viewDeadLetters({ query, caller }, { jobs }) {
    const asked = query.queue === undefined ? undefined : queueOf(jobs.catalog, query.queue);
    const work = await readAtOnce(jobs);
    const counts = presentCounts(jobs.catalog, await countDeadLetters(jobs.catalog, work, countedFor(caller)));
    const queue = asked ?? counts.queues.find(({ count }) => count > 0)?.queue ?? null;
    if (queue === null) return { body: { ...counts, queue, groups: [], listed: null } };
    const entries = (await work.read(deadKind(queue))).filter((entry) => mayAccessJob(caller, entry));
    const groups = groupDeadLetters(entries);
    const listed = listedGroup(query.fingerprint, groups);
    const page = pageEntries(listed === undefined ? [] : entries.filter(isOf(listed)), query);
    const ids = [...groups.map(({ latest }) => latest), ...page.entries].map(({ task_id }) => task_id);
    const records = await jobs.store.getMany([...new Set(ids)]);
    const byId = new Map(records.map((record) => [record.task_id, record]));
    const messages = page.entries
      .flatMap(({ task_id }) => byId.get(task_id) ?? [])
      .filter((record) => isDeadLetter(record, queue))
      .map(presentDeadLetter);
    return {
      body: {
        ...counts,
        queue,
        groups: presentGroups(groups, records),
        listed: listed === undefined ? null : { fingerprint: listed, messages, next_cursor: page.nextCursor },
      },
    };
  },

  async viewJob({ params, query, caller }, services) {
    const record = await findJob(services, caller, params.task_id);
    const [result, children] = await Promise.all([
      services.jobs.store.readResult(record),
      query.children ? listChildren(services, caller, { parent: record }) : null,
    ]);
    const job = presentJob(record, result);
    return { body: { job, events: presentEvents(record), log: presentLog(record), children } };
  },

  async viewUsage({ query, caller }, services) {
    const [report, byProject] = await Promise.all([
      usageOf(services, caller, query),
      isAdmin(caller) && query.project_id === undefined ? usageByProject(services, {}) : null,
    ]);
    return { body: { report, by_project: byProject } };
  },
};

/** The fingerprint of the group whose jobs are shown: a single kind needs no name. */
function listedGroup(
  asked: string | undefined,
  groups: readonly { readonly fingerprint: string | null }[],
): string | null | undefined {
  if (asked !== undefined) return asked === NO_FINGERPRINT ? null : asked;
  const [only, ...others] = groups;
  return others.length > 0 ? undefined : only?.fingerprint;
}

const isOf =
  (fingerprint: string | null) =>
  (entry: WorkEntry): boolean =>
    (entry.fingerprint ?? null) === fingerprint;

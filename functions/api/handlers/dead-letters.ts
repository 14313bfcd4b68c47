import type { deadLetterRoutes } from "../../../contracts/routes/dead-letters.ts";
import { readDeadLetterDepths } from "../../../shared/engine/monitoring/lanes.ts";
import { readAtOnce } from "../../../shared/engine/monitoring/work-at-once.ts";
import { pageWork, readWork } from "../../../shared/engine/monitoring/work-index.ts";
import type { Outcome } from "../../../shared/engine/operations/act-on-each.ts";
import { clearDeadLetterQueue } from "../../../shared/engine/operations/clear-dead-letter-queue.ts";
import {
  countDeadLetters,
  deadKind,
  groupDeadLetters,
  isDeadLetter,
  presentCounts,
  presentDeadLetter,
  presentGroups,
} from "../../../shared/engine/operations/dead-letters.ts";
import { archiveDeadLetters, purgeDeadLetters } from "../../../shared/engine/operations/discard.ts";
import { redrive } from "../../../shared/engine/operations/redrive.ts";
import { callerName, countedFor, isAdmin, mayAccessJob } from "../caller.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";

const untouched = { removed: 0, not_removed: 0, not_found: 0, reason: null };

/**
 * Removes the messages of jobs that are no longer dead letters, also when nothing was done: a message may have arrived
 * after its job was dealt with.
 */
async function clear({ jobs, logger }: ApiServices, queue: string, { done }: Outcome) {
  const { removed, notRemoved, found, reason } = await clearDeadLetterQueue(jobs, queue);
  if (reason !== null) logger.error("the dead-letter queue was not cleared", { queue, removed, notRemoved, reason });
  const notFound = done.filter((taskId) => !found.has(taskId)).length;
  return { removed, not_removed: notRemoved, not_found: notFound, reason };
}

async function present(services: ApiServices, outcome: Outcome, { queue, dryRun }: Operation) {
  const { skipped, failed, reason, nextCursor } = outcome;
  if (failed > 0) services.logger.error("dead letters were not all dealt with", { queue, failed, reason });
  return {
    skipped,
    failed,
    reason,
    messages: dryRun ? untouched : await clear(services, queue, outcome),
    dry_run: dryRun,
    more: nextCursor !== null,
    next_cursor: nextCursor,
  };
}

/** What was done with a queue's dead letters; a dry run only says what would be. */
interface Operation {
  readonly queue: string;
  readonly dryRun: boolean;
}

/** Dead letters. */
export const deadLetterHandlers: Handlers<keyof typeof deadLetterRoutes> = {
  async countDeadLetters({ query, caller }, { jobs }) {
    const isCounted = countedFor(caller);
    const [depths, counts] = await Promise.all([
      isCounted || !query.messages ? undefined : readDeadLetterDepths(jobs),
      readAtOnce(jobs).then((work) => countDeadLetters(jobs.catalog, work, isCounted)),
    ]);
    return { body: presentCounts(jobs.catalog, counts, depths) };
  },

  async listDeadLetters({ params: { queue }, query, caller }, { jobs }) {
    const { entries, nextCursor } = await pageWork(jobs, deadKind(queue), {
      limit: query.limit,
      cursor: query.cursor,
      isWanted: (entry) =>
        mayAccessJob(caller, entry) && (query.fingerprint === undefined || entry.fingerprint === query.fingerprint),
    });
    const records = await jobs.store.getMany(entries.map((entry) => entry.task_id));
    const messages = records.filter((record) => isDeadLetter(record, queue)).map(presentDeadLetter);
    return { body: { messages, next_cursor: nextCursor } };
  },

  async groupDeadLetters({ params: { queue }, caller }, { jobs }) {
    const entries = (await readWork(jobs, deadKind(queue))).filter((entry) => mayAccessJob(caller, entry));
    const groups = groupDeadLetters(entries);
    const examples = await jobs.store.getMany(groups.map((group) => group.latest.task_id));
    return { body: { groups: presentGroups(groups, examples), total_count: entries.length } };
  },

  async redriveDeadLetters({ params: { queue }, body, caller }, services) {
    const outcome = await redrive(services.jobs, queue, {
      wanted: body,
      isOwn: countedFor(caller),
      reason: `redriven by ${callerName(caller)}`,
      isBounded: !isAdmin(caller),
    });
    return {
      body: { redriven: outcome.done.length, ...(await present(services, outcome, { queue, dryRun: body.dry_run })) },
    };
  },

  async purgeDeadLetters({ params: { queue }, body, caller }, services) {
    const outcome = await purgeDeadLetters(services.jobs, queue, {
      filter: body,
      isOwn: countedFor(caller),
      reason: `purged by ${callerName(caller)}`,
    });
    return {
      body: { purged: outcome.done.length, ...(await present(services, outcome, { queue, dryRun: body.dry_run })) },
    };
  },

  async archiveDeadLetters({ params: { queue }, body, caller }, services) {
    const outcome = await archiveDeadLetters(services.jobs, queue, {
      filter: body,
      isOwn: countedFor(caller),
      reason: `archived by ${callerName(caller)}`,
    });
    return {
      body: { archived: outcome.done.length, ...(await present(services, outcome, { queue, dryRun: body.dry_run })) },
    };
  },
};

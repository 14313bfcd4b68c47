import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { recordLosses } from "../../shared/engine/monitoring/run-metrics.ts";
import { readWork } from "../../shared/engine/monitoring/work-index.ts";
import { adoptDeadLetters } from "../../shared/engine/operations/adopt-dead-letters.ts";
import { clearDeadLetterQueue } from "../../shared/engine/operations/clear-dead-letter-queue.ts";
import { deadKind, groupDeadLetters } from "../../shared/engine/operations/dead-letters.ts";
import { moveDeadLetters } from "../../shared/engine/operations/move-dead-letters.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processServices } from "../services.ts";

/**
 * Lists dead letters of queues that are gone under those of their tasks; fails the jobs whose message is a dead letter
 * though no worker began with them, and removes the messages of jobs that are no longer dead letters; then reports failed
 * jobs by queue and error, from the record index: it also knows those that SQS has yet to move.
 */
export async function run(
  _input: TaskInput<"process_dead_letter_queue">,
  { log }: TaskContext,
): Promise<TaskOutput<"process_dead_letter_queue">> {
  const services = processServices();
  const moved = await moveDeadLetters(services);
  if (moved > 0) log.info("dead letters of queues that are gone", { count: moved });
  const reports = await Promise.all(
    services.catalog.queues.map(async ({ name }) => {
      const failed = await adoptDeadLetters(services, name);
      await recordLosses(failed, { store: services.store, logger: log });
      const adopted = failed.length;
      if (adopted > 0) log.warn("jobs that no worker began with", { queue: name, count: adopted });
      // A message whose job has expired is left for a person to examine: nobody has asked for its removal.
      const { removed, reason } = await clearDeadLetterQueue(services, name, { keepUnknown: true });
      if (reason !== null) log.warn("the dead-letter queue was not cleared", { queue: name, removed, reason });
      const entries = await readWork(services, deadKind(name));
      const groups = groupDeadLetters(entries).map(({ fingerprint, count, taskNames }) => ({
        fingerprint,
        count,
        task_names: [...taskNames],
      }));
      if (entries.length > 0) log.warn("dead letters", { queue: name, count: entries.length, groups });
      return { name, adopted, removed, report: { count: entries.length, groups } };
    }),
  );
  return {
    total: reports.reduce((sum, { report }) => sum + report.count, 0),
    adopted: reports.reduce((sum, { adopted }) => sum + adopted, 0),
    removed: reports.reduce((sum, { removed }) => sum + removed, 0),
    queues: Object.fromEntries(reports.map(({ name, report }) => [name, report])),
  };
}

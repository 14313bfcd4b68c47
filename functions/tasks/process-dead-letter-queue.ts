import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { queues } from "../../contracts/queues.ts";
import type { TaskContext } from "../../shared/engine/context.ts";
import { processServices } from "../../shared/jobs/services.ts";
import { readWork } from "../../shared/monitoring/work-index.ts";
import { deadKind, groupDeadLetters } from "../../shared/operations/dead-letters.ts";

/** Reports failed jobs by queue and error, from the record index: it also knows those that SQS has yet to move. */
export async function run(
  _input: TaskInput<"process_dead_letter_queue">,
  { log }: TaskContext,
): Promise<TaskOutput<"process_dead_letter_queue">> {
  const services = processServices();
  const reports = await Promise.all(
    queues.map(async ({ name }) => {
      const entries = await readWork(services, deadKind(name));
      const groups = groupDeadLetters(entries).map(({ fingerprint, count, taskNames }) => ({
        fingerprint,
        count,
        task_names: [...taskNames],
      }));
      if (entries.length > 0) log.warn("dead letters", { queue: name, count: entries.length, groups });
      return [name, { count: entries.length, groups }] as const;
    }),
  );
  return { total: reports.reduce((sum, [, { count }]) => sum + count, 0), queues: Object.fromEntries(reports) };
}

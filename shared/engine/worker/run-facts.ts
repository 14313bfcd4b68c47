/**
 * What the metrics are told of a run that ended.
 *
 * @module
 */

import type { Usage } from "../../../contracts/jobs/wire.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobStore } from "../jobs/store.ts";
import { recordRuns } from "../monitoring/run-metrics.ts";
import type { RunFacts } from "../monitoring/statistics.ts";

/** @returns undefined while the job's state is not one in which a run ends */
export function factsOfRun(record: JobRecord, usage: Usage | undefined): RunFacts | undefined {
  const { status, started_at: startedAt } = record;
  if (status !== "SUCCESS" && status !== "FAILURE" && status !== "RETRY") return undefined;
  const isFirst = record.attempts === 1 && startedAt !== undefined;
  return {
    ...whatOf(record),
    status,
    durationMs: record.duration_ms,
    queuedMs: isFirst ? Math.max(0, startedAt - (record.due_at ?? record.created_at)) : undefined,
    usage,
  };
}

/**
 * A job that failed while no worker held it. How long its last run took is not known: the record has only when somebody
 * noticed.
 */
export const factsOfLoss = (record: JobRecord): RunFacts => ({
  ...whatOf(record),
  status: "FAILURE",
  durationMs: undefined,
  queuedMs: undefined,
  usage: undefined,
});

const whatOf = (record: JobRecord) => ({
  taskName: record.task_name,
  lane: record.lane,
  projectId: record.project_id,
});

/** Counts jobs of any queues that failed while no worker held them. Never throws. */
export async function recordLosses(
  failed: readonly JobRecord[],
  store: JobStore,
  logger: Pick<Logger, "warn">,
): Promise<void> {
  for (const [queue, records] of Map.groupBy(failed, (record) => record.queue)) {
    await recordRuns(records.map(factsOfLoss), queue, store, logger);
  }
}

/**
 * Runs every minute: watches the queues for alarms, releases delayed jobs, recovers lost ones, and publishes notices of
 * failed ones.
 *
 * @module
 */

import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { noticeEnv } from "../contracts/dead-letters/notice.ts";
import { cloudWatchMetrics } from "../contracts/monitoring/metrics.ts";
import { parseSettings } from "../contracts/settings/parse-settings.ts";
import { sweepBatches } from "../shared/engine/batches/sweep-batches.ts";
import type { JobRecord } from "../shared/engine/jobs/record.ts";
import { publishCount, recordLosses } from "../shared/engine/monitoring/run-metrics.ts";
import { Watch } from "../shared/engine/monitoring/watch.ts";
import { WorkPartitions } from "../shared/engine/monitoring/work-at-once.ts";
import { notifyDeadLetters } from "../shared/engine/operations/dead-letter-notices.ts";
import { publishTo } from "../shared/engine/operations/publish-notices.ts";
import { releaseSchedules } from "../shared/engine/schedules/release-schedules.ts";
import { halfOf } from "../shared/engine/sweeper/due.ts";
import { sweep } from "../shared/engine/sweeper/sweep.ts";
import { createLogger } from "../shared/lib/logger.ts";
import { processServices } from "./services.ts";

const services = processServices();
const logger = createLogger("sweeper");
const watch = new Watch(services, logger);
const { DEAD_LETTER_TOPIC_ARN: topicArn, SLUICE_PUBLIC_URL: publicUrl = "" } = parseSettings(noticeEnv, process.env);
const publish = topicArn === undefined ? undefined : publishTo(topicArn);
/** What is left of the invocation for the rest of its work. */
const ENOUGH_MS = 5_000;

/** The Lambda handler of the sweeper. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (_event, context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    // First, so that a long sweep does not keep an alarm from what it watches.
    const unwatched = await watch.look();
    const failed: JobRecord[] = [];
    const partitions = await WorkPartitions.read(services, logger);
    // Before the jobs, of which there may be more than a sweep has time for, or some that cannot be read.
    const scheduled = await releaseSchedules(services, { logger, hasTime: halfOf(remainingMs), partitions });
    if (scheduled > 0) logger.info("schedules released", { scheduled });
    const batches = await sweepBatches(services, { logger, hasTime: halfOf(remainingMs), partitions });
    if (batches > 0) logger.info("batches settled", { batches });
    const counts = await sweep(services, { logger, remainingMs, failed, partitions }).finally(async () => {
      await recordLosses(failed, { store: services.store, logger });
      await notify(() => remainingMs() > ENOUGH_MS);
    });
    if (Object.values(counts).some((count) => count > 0)) logger.info("swept", { ...counts });
    // After all else, for the alarm "A function throws": the others see nothing meanwhile.
    if (unwatched !== undefined) throw unwatched;
    return counts;
  });

/** Publishes dead letters, where a topic is set. Never throws: the next sweep publishes what this one could not. */
async function notify(hasTime: () => boolean): Promise<void> {
  if (!publish) return;
  const notifier = { publish, publicUrl: publicUrl.replace(/\/$/, ""), logger, hasTime };
  const { notified, failed } = await notifyDeadLetters(services, notifier).catch((error: unknown) => {
    logger.error("dead-letter notices could not be published", { error });
    return { notified: 0, failed: 1 };
  });
  if (notified > 0) logger.info("dead letters published", { notified });
  if (failed > 0) publishCount(cloudWatchMetrics.noticesFailed, failed);
}

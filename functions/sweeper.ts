/**
 * Runs every minute: releases delayed jobs, brings back lost ones, tells of failed ones, and notes how the queues are doing.
 *
 * @module
 */

import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { noticeEnv } from "../contracts/dead-letters/notice.ts";
import { cloudWatchMetrics } from "../contracts/monitoring/metrics.ts";
import { parseSettings } from "../contracts/settings/settings.ts";
import type { JobRecord } from "../shared/engine/jobs/record.ts";
import { publishCount } from "../shared/engine/monitoring/run-metrics.ts";
import { takeSample } from "../shared/engine/monitoring/samples.ts";
import { tellDeadLetters } from "../shared/engine/operations/dead-letter-notices.ts";
import { publishTo } from "../shared/engine/operations/publish-notices.ts";
import { sweep } from "../shared/engine/sweeper/sweep.ts";
import { recordLosses } from "../shared/engine/worker/run-facts.ts";
import { createLogger } from "../shared/lib/logger.ts";
import { processServices } from "./services.ts";

const services = processServices();
const logger = createLogger("sweeper");
const { DEAD_LETTER_TOPIC_ARN: topicArn, SLUICE_PUBLIC_URL: publicUrl = "" } = parseSettings(noticeEnv, process.env);
const publish = topicArn === undefined ? undefined : publishTo(topicArn);
/** What is left of the invocation for the rest of its work. */
const ENOUGH_MS = 5_000;

/** The Lambda handler of the sweeper. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (_event, context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    const failed: JobRecord[] = [];
    const counts = await sweep(services, { logger, remainingMs, failed }).finally(async () => {
      await recordLosses(failed, services.store, logger);
      await tell(() => remainingMs() > ENOUGH_MS);
    });
    await takeSample(services).catch((error: unknown) => logger.warn("the queues could not be sampled", { error }));
    if (Object.values(counts).some((count) => count > 0)) logger.info("swept", { ...counts });
    return counts;
  });

/** Tells of dead letters, where a topic is set. Never throws: the next sweep tells what this one could not. */
async function tell(hasTime: () => boolean): Promise<void> {
  if (!publish) return;
  const teller = { publish, publicUrl: publicUrl.replace(/\/$/, ""), logger, hasTime };
  const { told, failed } = await tellDeadLetters(services, teller).catch((error: unknown) => {
    logger.error("dead letters could not be told", { error });
    return { told: 0, failed: 1 };
  });
  if (told > 0) logger.info("dead letters told", { told });
  if (failed > 0) publishCount(cloudWatchMetrics.noticesFailed, failed);
}

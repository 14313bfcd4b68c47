import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { sweep } from "../shared/engine/sweep.ts";
import { jobServices } from "../shared/jobs/services.ts";
import { takeSample } from "../shared/monitoring/samples.ts";
import { createLogger } from "../shared/observability/logger.ts";

/** Runs every minute: releases delayed jobs, brings back lost ones, and notes how the queues are doing. */

const services = jobServices();
const logger = createLogger("sweeper");

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (_event, context) => {
    const counts = await sweep(services, logger, () => context.getRemainingTimeInMillis());
    await takeSample(services).catch((error: unknown) => logger.warn("the queues could not be sampled", { error }));
    if (Object.values(counts).some((count) => count > 0)) logger.info("swept", { ...counts });
    return counts;
  });

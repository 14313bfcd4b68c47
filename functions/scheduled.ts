/**
 * Submits a task when its schedule says so. EventBridge Scheduler may call twice; the time of the run is the key.
 *
 * @module
 */

import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { z } from "zod";
import { BACKGROUND_PRIORITY } from "../contracts/jobs/lanes.ts";
import { submitJob } from "../shared/engine/jobs/submit.ts";
import { CATALOG_PROJECT, noteCatalogRun } from "../shared/engine/schedules/catalog-schedules.ts";
import { createLogger } from "../shared/lib/logger.ts";
import { processServices } from "./services.ts";

const eventSchema = z.object({
  task_name: z.string(),
  input: z.record(z.string(), z.json()),
  /** The time that the schedule meant, from `<aws.scheduler.scheduled-time>`. */
  scheduled_at: z.string().optional(),
});

const services = processServices();
const logger = createLogger("scheduled");

/** The Lambda handler of scheduled tasks: submits the task of the event once for each time. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown) => {
    const { task_name, input, scheduled_at } = eventSchema.parse(event);
    const { job, created } = await submitJob(services, {
      taskName: task_name,
      tenant: CATALOG_PROJECT,
      input,
      priority: BACKGROUND_PRIORITY,
      idempotencyKey: scheduled_at === undefined ? undefined : `schedule ${task_name} ${scheduled_at}`,
    });
    const at = scheduled_at === undefined ? services.now() : Date.parse(scheduled_at);
    // The job is submitted, whether or not its time can be shown.
    await noteCatalogRun(services.store.table, task_name, { at, taskId: job.task_id }).catch((error: unknown) =>
      logger.warn("the run could not be noted", { task_name, error }),
    );
    logger.info("submitted", { task_name, task_id: job.task_id, created });
    return { task_id: job.task_id };
  });

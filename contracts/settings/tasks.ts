/**
 * Settings of retries, time limits, leases and concurrency.
 *
 * @module
 */

import { z } from "zod";
import { retryClasses } from "../jobs/retry.ts";
import { blankIsUnset } from "./blank-is-unset.ts";
import { jobLimitSettings } from "./job-limits.ts";

const seconds = (schema: z.ZodNumber = z.number()) => z.coerce.number().pipe(schema);

/** Settings of retries, time limits, leases and concurrency. Times are in seconds. */
export const runSettings = z.object({
  TASK_MAX_RETRIES: blankIsUnset(
    z.coerce.number().int().min(0).max(20).default(retryClasses.standard.retries),
  ).describe("Number of retries for tasks of the retry class `standard`."),
  TASK_SOFT_TIME_LIMIT: blankIsUnset(seconds(z.number().positive()).optional()).describe(
    "Seconds after which a run is asked to stop. It can lower a task's own soft limit, but not raise it.",
  ),
  TASK_TIME_LIMIT: blankIsUnset(z.coerce.number().int().min(2).max(900).optional()).describe(
    "Seconds after which a function is terminated. It can lower a queue's own limit, but not raise it.",
  ),
  TASK_RETRY_BACKOFF: blankIsUnset(seconds(z.number().positive()).default(60)).describe(
    "Seconds before the first retry. Doubles with each further retry, with a jitter of plus or minus 25 %.",
  ),
  TASK_RETRY_BACKOFF_MAX: blankIsUnset(seconds(z.number().positive().max(3_600)).default(600)).describe(
    "Longest backoff in seconds.",
  ),
  TASK_LEASE_SECONDS: blankIsUnset(seconds(z.number().min(2).max(900)).default(60)).describe(
    "Seconds for which a worker holds a running job without a heartbeat. Heartbeats are sent four times as often.",
  ),
  RESULT_EXPIRES: blankIsUnset(seconds(z.number().min(60).max(31_536_000)).default(86_400)).describe(
    "Seconds for which a finished job is kept. Failed jobs are kept for at least 28 days.",
  ),
  WORKER_CONCURRENCY: blankIsUnset(z.coerce.number().int().min(2).max(1_000).default(5)).describe(
    "Maximum number of concurrent invocations per lane (MaximumConcurrency of its event source mapping).",
  ),
  WORKER_CONCURRENCY_BY_QUEUE: blankIsUnset(
    z
      .string()
      .regex(
        /^[a-z0-9-]+=\d{1,4}(,[a-z0-9-]+=\d{1,4})*$/,
        "must be QUEUE=COUNT, joined by commas, such as summarize=20,document=2",
      )
      .refine(
        (list) => concurrencies(list).every(([, count]) => count >= 2 && count <= 1_000),
        "must be from 2 to 1000 for each queue",
      )
      .optional(),
  ).describe("Values for single queues that replace WORKER_CONCURRENCY, such as `summarize=20,document=2`."),
});

/** {@link runSettings}, and what projects may have in each lane. */
export const taskSettings = z.object({ ...runSettings.shape, ...jobLimitSettings.shape });

function concurrencies(list: string): [queue: string, count: number][] {
  return list.split(",").map((each) => {
    const [queue = "", count] = each.split("=");
    return [queue, Number(count)];
  });
}

/** The queues that have a concurrency of their own. */
export const ownConcurrency = ({
  WORKER_CONCURRENCY_BY_QUEUE: list,
}: Pick<TaskSettings, "WORKER_CONCURRENCY_BY_QUEUE">): ReadonlyMap<string, number> =>
  new Map(list === undefined ? [] : concurrencies(list));

/** What {@link taskSettings} parses to. */
export type TaskSettings = z.infer<typeof taskSettings>;

/**
 * What an SNS topic receives about dead letters: one notice for the jobs of a project that failed in the same way since the
 * last one. Its attributes, for filter policies, are `queue`, `task_name`, `error_type` and `project_id`.
 *
 * @module
 */

import { z } from "zod";
import { jobErrorSchema } from "../jobs/wire.ts";
import { blankIsUnset } from "../settings/blank-is-unset.ts";

/** Job ids that one notice names; more jobs of a kind take further notices. */
export const MAX_JOBS_PER_NOTICE = 100;

/** The message that the dead-letter topic receives. */
export const deadLetterNoticeSchema = z.strictObject({
  stage: z.string(),
  queue: z.string(),
  task_name: z.string(),
  project_id: z.string(),
  fingerprint: z.string().nullable(),
  count: z.int().min(1).describe("Number of jobs that this notice covers."),
  task_ids: z.array(z.string()).min(1).max(MAX_JOBS_PER_NOTICE).describe("All of them, the latest first."),
  task_id: z.string().describe("The latest of the jobs. The fields that follow are those of this job."),
  error: jobErrorSchema.nullable(),
  attempts: z.int().min(0),
  failed_at: z.iso.datetime(),
  links: z
    .strictObject({ job: z.string(), console: z.string() })
    .describe("Under SLUICE_PUBLIC_URL; without that setting, paths."),
});

/** What {@link deadLetterNoticeSchema} parses to. */
export type DeadLetterNotice = z.output<typeof deadLetterNoticeSchema>;

/** The attributes of a notice's message. */
export const noticeAttributes = ({
  queue,
  task_name,
  project_id,
  error,
}: DeadLetterNotice): Record<string, string> => ({
  queue,
  task_name,
  project_id,
  error_type: error?.type ?? "unknown",
});

/** What infra/ passes to the function that publishes. */
export const noticeEnv = z.object({
  DEAD_LETTER_TOPIC_ARN: blankIsUnset(z.string().optional()),
  SLUICE_PUBLIC_URL: blankIsUnset(z.url().optional()),
});

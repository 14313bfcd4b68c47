import type { DeadLetterFilter } from "../../../contracts/dead-letters/dead-letters.ts";
import { bucketPrefix } from "../../../contracts/resources.ts";
import { presentEvents, presentJob } from "../jobs/present.ts";
import type { JobRecord } from "../jobs/record.ts";
import { sendAfterFailure } from "../jobs/send.ts";
import type { JobServices } from "../jobs/services.ts";
import { transitions } from "../jobs/store.ts";
import { actOnEach, asIfDone, type Outcome } from "./act-on-each.ts";
import { type OwnJobs, selectDeadLetters } from "./dead-letters.ts";
import { isUnhandled } from "./unhandled-failures.ts";

/** Which dead letters are discarded, and why: for their timelines. */
export interface Discarding {
  readonly filter: DeadLetterFilter;
  /** Leaves out the jobs of others; none when left out. */
  readonly isOwn?: OwnJobs | undefined;
  readonly reason: string;
}

/** Strikes dead letters from the list. The jobs stay FAILURE and can be read until they expire. */
export const purgeDeadLetters = (
  services: JobServices,
  queue: string,
  { filter, isOwn, reason }: Discarding,
): Promise<Outcome> => discard(services, queue, { filter, isOwn, act: (job) => strike(services, job, reason) });

/** Writes dead letters to S3, then strikes them: one that cannot be written stays in the list. */
export const archiveDeadLetters = (
  services: JobServices,
  queue: string,
  { filter, isOwn, reason }: Discarding,
): Promise<Outcome> =>
  discard(services, queue, {
    filter,
    isOwn,
    async act(job) {
      await archive(services, job);
      return strike(services, job, reason);
    },
  });

async function discard(
  services: JobServices,
  queue: string,
  { filter, isOwn, act }: Omit<Discarding, "reason"> & { readonly act: (job: JobRecord) => Promise<boolean> },
): Promise<Outcome> {
  const { jobs, skipped, nextCursor } = await selectDeadLetters(services, queue, { ...filter, isOwn });
  const outcome = filter.dry_run ? asIfDone(jobs) : await actOnEach(jobs, act);
  return { ...outcome, skipped: skipped + outcome.skipped, nextCursor };
}

/** @returns false when the job has been run again in the meantime */
async function strike(services: JobServices, job: JobRecord, reason: string): Promise<boolean> {
  // Its message is about to be removed from the dead-letter queue, where it would have been found.
  if (isUnhandled(job)) await sendAfterFailure(services, job);
  const removed = await transitions(services).removeDeadLetter(job, reason);
  return removed !== undefined;
}

async function archive({ store, s3 }: JobServices, job: JobRecord): Promise<void> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const failedOn = new Date(job.finished_at ?? job.created_at).toISOString().slice(0, 10);
  await (await s3()).send(
    new PutObjectCommand({
      Bucket: store.payloads.bucket,
      Key: `${bucketPrefix.archive}${job.queue}/${failedOn}/${job.task_id}.json`,
      ContentType: "application/json",
      Body: JSON.stringify({
        job: presentJob(job, null),
        input: await store.readInput(job),
        events: presentEvents(job),
      }),
    }),
  );
}

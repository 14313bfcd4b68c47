import type { Message } from "@aws-sdk/client-sqs";
import type { JobMessage } from "../../../contracts/jobs/message.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { parseReference } from "../worker/worker.ts";

/** A message with the job it refers to. */
export interface FoundJob {
  readonly message: Message;
  readonly reference: JobMessage;
  /** Undefined when it has expired, or never was. */
  readonly job: JobRecord | undefined;
}

/** The jobs that messages refer to; one that is not a reference to a job is left out. */
export async function findJobs(services: JobServices, messages: readonly Message[]): Promise<FoundJob[]> {
  const parsed = messages.flatMap((message) => {
    const reference = parseReference(message.Body);
    return reference ? [{ message, reference }] : [];
  });
  const jobs = await services.store.getMany(parsed.map(({ reference }) => reference.task_id));
  const byId = new Map(jobs.map((job) => [job.task_id, job]));
  return parsed.map((each) => ({ ...each, job: byId.get(each.reference.task_id) }));
}

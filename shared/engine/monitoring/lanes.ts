/**
 * What SQS says about the queues. Its counts are approximate, as the names of the attributes say.
 *
 * @module
 */

import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Catalog } from "../../../contracts/define-catalog.ts";
import { deadLetterName, type Lane, laneName, workerName } from "../../../contracts/jobs/lanes.ts";
import { type JobServices, queueUrl } from "../jobs/services.ts";

/** How long a queue may take to answer: one that hangs counts as one that cannot be reached. */
const ANSWER_MS = 5_000;

/** A lane, which is also a worker: one event source mapping takes from it. */
export interface LaneName {
  readonly queue: string;
  readonly lane: Lane;
  /** `<queue>-<lane>`, in queue URLs and metrics. */
  readonly name: string;
  readonly worker: string;
}

/** The messages in a lane. */
export interface LaneDepth extends LaneName {
  readonly reachable: boolean;
  /** Messages that wait and may be taken now. */
  readonly waiting: number;
  /** Messages taken and not yet decided: their jobs run, or wait out a backoff. */
  readonly inFlight: number;
  /** Messages that SQS holds back: of jobs that are due within 15 minutes. */
  readonly heldBack: number;
}

/** The lanes of all queues of a catalog. */
export const allLanes = ({ queues }: Catalog): LaneName[] =>
  queues.flatMap(({ name: queue, lanes }) =>
    lanes.map((lane) => ({ queue, lane, name: laneName(queue, lane), worker: workerName(queue, lane) })),
  );

/** One GetQueueAttributes per lane, all at once. A lane that cannot be reached counts nothing. */
export const readLanes = (services: JobServices): Promise<LaneDepth[]> =>
  Promise.all(allLanes(services.catalog).map(async (lane) => ({ ...lane, ...(await readDepth(services, lane.name)) })));

/** Messages in the dead-letter queue of each queue: one GetQueueAttributes per queue. */
export async function readDeadLetterDepths(services: JobServices): Promise<ReadonlyMap<string, number>> {
  const depths = services.catalog.queues.map(async ({ name }) => {
    const { waiting, inFlight } = await readDepth(services, deadLetterName(name));
    return [name, waiting + inFlight] as const;
  });
  return new Map(await Promise.all(depths));
}

/** One GetQueueAttributes. @param name a queue's name, without the stage */
export async function readDepth(services: JobServices, name: string): Promise<Omit<LaneDepth, keyof LaneName>> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl(services, name),
    AttributeNames: [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
    ],
  });
  const { Attributes } = await services.sqs
    .send(command, { abortSignal: AbortSignal.timeout(ANSWER_MS) })
    .catch(() => ({ Attributes: undefined }));
  return {
    reachable: Attributes !== undefined,
    waiting: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
    heldBack: Number(Attributes?.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}

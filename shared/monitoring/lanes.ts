import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { QueueName } from "../../contracts/catalog.ts";
import { type Lane, laneName, workerName } from "../../contracts/lanes.ts";
import { queues } from "../../contracts/queues.ts";
import type { JobServices } from "../jobs/services.ts";

/** What SQS says of every lane: its counts are approximate, as the names of the attributes say. */
export interface LaneState {
  readonly queue: QueueName;
  readonly lane: Lane;
  /** `<queue>-<lane>`, in queue URLs and metrics. */
  readonly name: string;
  readonly worker: string;
  readonly reachable: boolean;
  /** Messages that wait and may be taken now. */
  readonly waiting: number;
  /** Messages taken and not yet decided: running, or in backoff. */
  readonly inFlight: number;
  /** Messages that were sent with a delay. */
  readonly delayed: number;
}

/** One GetQueueAttributes per lane, all at once. A lane that cannot be reached counts nothing. */
export async function readLanes(services: JobServices): Promise<LaneState[]> {
  const named = queues.flatMap((queue) => queue.lanes.map((lane) => ({ queue: queue.name, lane })));
  return Promise.all(
    named.map(async ({ queue, lane }) => {
      const name = laneName(queue, lane);
      const attributes = await readAttributes(services, name).catch(() => undefined);
      return {
        queue,
        lane,
        name,
        worker: workerName(queue, lane),
        reachable: attributes !== undefined,
        waiting: Number(attributes?.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
        delayed: Number(attributes?.ApproximateNumberOfMessagesDelayed ?? 0),
      };
    }),
  );
}

async function readAttributes(services: JobServices, name: string): Promise<Record<string, string>> {
  const { Attributes = {} } = await services.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: services.resources.SLUICE_QUEUE_URL_PREFIX + name,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return Attributes;
}

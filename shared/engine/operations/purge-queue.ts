import type { Message } from "@aws-sdk/client-sqs";
import { revokeJob } from "../jobs/revoke.ts";
import { type JobServices, queueUrl } from "../jobs/services.ts";
import type { LaneName } from "../monitoring/lanes.ts";
import { parseReference } from "../worker/worker.ts";
import { deleteMessages } from "./delete-messages.ts";
import { receiveMessages } from "./receive-messages.ts";

/** What a purge may take, of all its lanes together, so that a request answers in time. */
const BUDGET_MS = 20_000;
/** Receivers side by side: SQS gives at most ten messages at once. */
const RECEIVERS = 4;

type Named = Pick<LaneName, "name">;

/** What a purge removed. */
export interface Purged {
  /** Jobs revoked. */
  readonly purged: number;
  /** True when time ran out before the lane was empty. */
  readonly more: boolean;
}

/**
 * Revokes the jobs that wait in some lanes, and removes their messages. SQS's own purge would leave the jobs PENDING for
 * ever. Jobs that run, and those in a delay or a backoff, are left alone.
 * @param reason for the jobs' timelines
 */
export async function purgeLanes(services: JobServices, lanes: readonly Named[], reason: string): Promise<Purged> {
  const until = performance.now() + BUDGET_MS;
  const purged = await Promise.all(lanes.map((lane) => purgeLane(services, lane, { until, reason })));
  return sum(purged);
}

async function purgeLane(
  services: JobServices,
  lane: Named,
  { until, reason }: { readonly until: number; readonly reason: string },
): Promise<Purged> {
  const QueueUrl = queueUrl(services, lane.name);
  const receive = async (): Promise<Purged> => {
    let purged = 0;
    while (performance.now() < until) {
      const messages = await receiveMessages(services, QueueUrl);
      if (messages.length === 0) return { purged, more: false };
      const revoked = await Promise.all(messages.map((message) => revokeWaiting(services, message, reason)));
      purged += revoked.filter(Boolean).length;
      // The others are received again once they are visible.
      const done = messages.filter((_, index) => revoked[index]);
      // A worker acknowledges the message of a revoked job that SQS does not delete here.
      await deleteMessages(services, QueueUrl, done);
    }
    return { purged, more: true };
  };
  return sum(await Promise.all(Array.from({ length: RECEIVERS }, receive)));
}

const sum = (all: readonly Purged[]): Purged => ({
  purged: all.reduce((total, each) => total + each.purged, 0),
  more: all.some((each) => each.more),
});

/** @returns true when the message is of no more use */
async function revokeWaiting(services: JobServices, message: Message, reason: string): Promise<boolean> {
  const reference = parseReference(message.Body);
  if (!reference || reference.after) return false;
  const { outcome, state } = await revokeJob(services, reference.task_id, { terminate: false, reason });
  return outcome === "revoked" || outcome === "missing" || state === "SUCCESS";
}

/**
 * Consuming one message: claim the job and run it, or let its record decide what becomes of the message.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { engineErrors } from "../../../contracts/errors.ts";
import { workerName } from "../../../contracts/jobs/lanes.ts";
import type { JobMessage } from "../../../contracts/jobs/message.ts";
import { parseMessage } from "../jobs/parse-message.ts";
import type { JobRecord } from "../jobs/record.ts";
import { expire, failUnattended } from "../jobs/transitions/end.ts";
import type { Delivery, Lease } from "../jobs/transitions/run.ts";
import { claim, claimRedriven } from "../jobs/transitions/start.ts";
import { defer } from "../jobs/transitions/wait.ts";
import { fingerprintOf } from "./classify-error.ts";
import { type Decision, decide, type Received } from "./decide.ts";
import { finish, handleFailure } from "./finish.ts";
import { latestLease } from "./lease-keeper.ts";
import { factsOfLoss } from "./run-facts.ts";
import { runTask } from "./run-task.ts";
import { laneOf, rest, restLonger, restUntil, setVisibility } from "./visibility.ts";
import type { Job, Verdict } from "./worker.ts";

/** A claim and a look at the record can miss each other only while others move the job. */
const MAX_ROUNDS = 4;
/** What a further round needs of the invocation. */
const ENOUGH_MS = 5_000;

/** @returns what becomes of the message; never throws */
export async function consume(job: Job): Promise<Verdict> {
  const message = parseMessage(job.message.body);
  if (!message) {
    job.worker.logger.error("a message that is no job reference", { message_id: job.message.messageId });
    await setVisibility(job, 0);
    return "leave";
  }
  try {
    return await consumeMessage(job, message);
  } catch (error) {
    job.worker.logger.error("a job could not be handled", { task_id: message.task_id, error });
    return restLonger(job);
  }
}

async function consumeMessage(job: Job, message: JobMessage): Promise<Verdict> {
  if (message.after === "failure") return handleUnattended(job, message);
  const { breaker } = job.worker;
  const received = receivedOf(job);
  const openUntil = (await breaker?.putOffUntil(message.task_id, received.begunAt)) ?? 0;
  return claimOrFollow(job, message, received, openUntil).finally(() => breaker?.released(message.task_id));
}

async function claimOrFollow(job: Job, message: JobMessage, received: Received, openUntil: number): Promise<Verdict> {
  const { services } = job.worker;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Too late to begin again: the next invocation has time.
    if (round > 0 && job.lambda.getRemainingTimeInMillis() < ENOUGH_MS) break;
    const lease = newLease(job);
    if (openUntil === 0) {
      const verdict = await tryToRun(job, message, lease);
      if (verdict) return verdict;
    }
    const record = await services.store.get(message.task_id, services.now());
    const verdict = isOurs(record, lease)
      ? await runClaimed(job, record, lease)
      : await follow(job, message, record, received, lease, openUntil);
    if (verdict) return verdict;
  }
  return restLonger(job);
}

/** Claims the job and runs it. @returns undefined when the record has to say what becomes of the message */
async function tryToRun(job: Job, message: JobMessage, lease: Lease): Promise<Verdict | undefined> {
  const { services } = job.worker;
  const delivery = deliveryOf(job);
  const record = await claim(services.store, message.task_id, message.generation, delivery, lease, services.now());
  return record && runClaimed(job, record, lease);
}

/**
 * A claim whose answer was lost is repeated by the AWS client, and the repetition fails because the job is claimed: by
 * us. Without this the attempt would be lost, and with it a critical job.
 */
const isOurs = (record: JobRecord | undefined, lease: Lease): record is JobRecord =>
  record?.status === "STARTED" && record.lease_token === lease.token;

async function runClaimed(job: Job, record: JobRecord, lease: Lease): Promise<Verdict | undefined> {
  const { services, tasks, logger } = job.worker;
  const delivery = deliveryOf(job);
  const log = logger.createChild({
    persistentKeys: {
      task_id: record.task_id,
      trace_id: record.trace_id,
      project_id: record.project_id,
      task_name: record.task_name,
      attempt: record.attempts,
    },
  });
  const known = tasks.get(record.task_name);
  log.info("started", { worker: delivery.worker });
  if (!known) {
    const error = new TypeError(`The worker of queue ${record.queue} has no task ${record.task_name}.`);
    return finish(job, record, lease, delivery, { outcome: { error }, usage: undefined, progress: undefined }, log);
  }
  const remainingMs = job.lambda.getRemainingTimeInMillis();
  const run = await runTask({ services, ...known, task: known.module, record, lease, log, remainingMs });
  return finish(job, record, lease, delivery, run, log);
}

/** Does what the record says. @returns undefined to look again */
async function follow(
  job: Job,
  message: JobMessage,
  record: JobRecord | undefined,
  received: Received,
  lease: Lease,
  openUntil: number,
): Promise<Verdict | undefined> {
  const { services, logger } = job.worker;
  const now = services.now();
  const decision = decide(record, message, received, job.worker.queue.retry, now);
  logger.debug("decided", { task_id: message.task_id, ...decision });
  if (decision.action === "acknowledge") return "acknowledge";
  if (decision.action === "wait") return restUntil(job, decision, now);
  if (decision.action === "leave" || !record) return leaveForDeadLetters(job, record, decision);
  if (decision.action === "claim") {
    if (openUntil === 0) return undefined;
    // A job that is started is not put off: its lost run has been counted already.
    if (record.status === "STARTED") return tryToRun(job, message, lease);
    const later = openUntil + Math.random() * (openUntil - now);
    return (await defer(services.store, record, "the backend is down", later, now)) && "acknowledge";
  }
  if (decision.action === "expire") {
    return (await expire(services.store, record.task_id, now, services.settings)) && "acknowledge";
  }
  if (decision.action === "redriven") {
    const { store, settings } = services;
    const claimed =
      (await claimRedriven(store, record, deliveryOf(job), lease, received.sentAt, now, settings)) ??
      (await store.get(record.task_id, now));
    return isOurs(claimed, lease) ? runClaimed(job, claimed, lease) : undefined;
  }
  const error = lossOf(record, decision.cause);
  const failure = { error, fingerprint: fingerprintOf(error) };
  const failed = await failUnattended(services.store, record, failure, now, services.settings);
  if (failed) {
    job.ended.push(factsOfLoss(failed));
    // Now, because this may be a copy, and the job's own message come much later.
    await handleFailure(job, failed, logger);
  }
  return undefined;
}

/** What the record of a job says whose worker died, or whose attempts are used up. */
export function lossOf(record: JobRecord, cause: "worker-lost" | "exhausted") {
  if (cause === "exhausted" && record.error) return record.error;
  const message = `The worker ${record.worker ?? ""} died while it ran the job, and no attempt is left.`;
  return { type: engineErrors.workerLost, message, retryable: false };
}

/** Calls the onFailure of a job that failed where no worker was. Whatever else became of the job needs no message. */
async function handleUnattended(job: Job, { task_id: taskId, generation }: JobMessage): Promise<Verdict> {
  const { services, logger } = job.worker;
  const record = await services.store.get(taskId, services.now());
  if (record?.status !== "FAILURE" || record.generation !== generation) return "acknowledge";
  return (await handleFailure(job, record, logger)) ? "acknowledge" : restLonger(job);
}

async function leaveForDeadLetters(job: Job, record: JobRecord | undefined, decision: Decision): Promise<Verdict> {
  const { logger } = job.worker;
  if (record?.status === "FAILURE") await handleFailure(job, record, logger);
  else logger.error("a message without a job", { message_id: job.message.messageId, ...decision });
  return rest(job, 0);
}

const receivedOf = ({ worker, message }: Job): Received => ({
  messageId: message.messageId,
  receiveCount: Number(message.attributes.ApproximateReceiveCount),
  sentAt: Number(message.attributes.SentTimestamp),
  begunAt: worker.services.now(),
});

const deliveryOf = (job: Job): Delivery => ({
  messageId: job.message.messageId,
  receiveCount: Number(job.message.attributes.ApproximateReceiveCount),
  receiptHandle: job.message.receiptHandle,
  worker: workerName(job.worker.queue.name, laneOf(job)),
});

function newLease(job: Job): Lease {
  const { services, queue } = job.worker;
  const now = services.now();
  const latest = latestLease(now, job.lambda.getRemainingTimeInMillis());
  const usual = now + services.settings.TASK_LEASE_SECONDS * 1_000;
  return { token: randomUUID(), until: queue.retry === "critical" ? latest : Math.min(usual, latest) };
}

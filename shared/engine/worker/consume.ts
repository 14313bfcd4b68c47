/**
 * Consuming one message: claim the job and run it, or let its record decide what becomes of the message.
 *
 * @module
 */

import { lossOf } from "../jobs/job-error.ts";
import type { JobRecord } from "../jobs/record.ts";
import { transitions } from "../jobs/store.ts";
import type { Lease } from "../jobs/transitions/run.ts";
import { factsOfLoss } from "../monitoring/run-metrics.ts";
import { isLimited } from "./admission.ts";
import { type Decision, decide } from "./decide.ts";
import { handleFailure, tryToHandleEnd } from "./finish.ts";
import { backendDown, defer, isOurs, newLease, runAdmitted, runClaimed, tryToRun } from "./run-job.ts";
import { leaveFor, leaveUntil, leaveWithBackoff } from "./visibility.ts";
import {
  asksFirst,
  type Delivery,
  type FinalVerdict,
  type Invocation,
  type JobDelivery,
  type Verdict,
} from "./worker.ts";

/** A claim and a read of the record can miss each other only while others move the job. */
const MAX_ROUNDS = 4;
/** What a further round needs of the invocation. */
const ENOUGH_MS = 5_000;

/** @returns what becomes of the message; never throws */
export async function consume(invocation: Invocation, delivery: Delivery): Promise<FinalVerdict> {
  const { worker } = invocation;
  if (!refersToJob(delivery)) {
    worker.logger.error("a message that does not refer to a job", { message_id: delivery.messageId });
    return leaveFor(worker, delivery, 0);
  }
  try {
    return await consumeJob(invocation, delivery);
  } catch (error) {
    worker.logger.error("a job could not be handled", { task_id: delivery.reference.task_id, error });
    return leaveWithBackoff(worker, delivery);
  }
}

const refersToJob = (delivery: Delivery): delivery is JobDelivery => delivery.reference !== undefined;

async function consumeJob(invocation: Invocation, delivery: JobDelivery): Promise<FinalVerdict> {
  const { breaker, fallback, services } = invocation.worker;
  const { task_id: taskId, after } = delivery.reference;
  if (after === "failure") return handleOrphaned(invocation, delivery);
  const hasFailed = async () => ((await services.store.get(taskId, services.now()))?.attempts ?? 0) > 0;
  const openUntil = (await breaker?.putOffUntil(taskId, delivery.receivedAt, hasFailed)) ?? 0;
  if (openUntil === 0 || !fallback) {
    return claimOrDecide(invocation, delivery, openUntil).finally(() => breaker?.released(taskId));
  }
  const bothOpenUntil = await fallback.putOffUntil(taskId, delivery.receivedAt, hasFailed);
  // What is limited is the other backend.
  const worker = { ...invocation.worker, breaker: fallback, usesFallback: true, limiter: undefined };
  return claimOrDecide(
    { ...invocation, worker },
    delivery,
    bothOpenUntil && Math.min(openUntil, bothOpenUntil),
  ).finally(() => fallback.released(taskId));
}

/** @param openUntil until when the circuit breaker is open, in milliseconds since the epoch; 0: closed */
async function claimOrDecide(invocation: Invocation, delivery: JobDelivery, openUntil: number): Promise<FinalVerdict> {
  const { worker } = invocation;
  const { services } = worker;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Too late to begin again: the next invocation has time.
    if (round > 0 && invocation.lambda.getRemainingTimeInMillis() < ENOUGH_MS) break;
    const lease = newLease(invocation);
    // Limiters are asked once the record shows that the job is to run, and for which project.
    if (openUntil === 0 && !asksFirst(worker)) {
      const verdict = await tryToRun(invocation, delivery, { lease, isUnlimited: worker.limiter !== undefined });
      if (verdict !== "again") return verdict;
    }
    const record = await services.store.get(delivery.reference.task_id, services.now());
    const verdict = isOurs(record, lease)
      ? await runClaimed(invocation, delivery, { record, lease })
      : await applyDecision(invocation, delivery, { record, lease, openUntil });
    if (verdict !== "again") return verdict;
  }
  return leaveWithBackoff(worker, delivery);
}

interface Unclaimed {
  readonly record: JobRecord | undefined;
  /** For a claim that the decision asks for. */
  readonly lease: Lease;
  readonly openUntil: number;
}

/** Does what the record says. */
async function applyDecision(
  invocation: Invocation,
  delivery: JobDelivery,
  { record, lease, openUntil }: Unclaimed,
): Promise<Verdict> {
  const { worker } = invocation;
  const { services, logger } = worker;
  const change = transitions(services);
  const now = services.now();
  const decision = decide(record, delivery, { retry: worker.queue.retry, now });
  logger.debug("decided", { task_id: delivery.reference.task_id, ...decision });
  if (decision.action === "acknowledge") return "acknowledge";
  if (decision.action === "wait") return leaveUntil(worker, delivery, decision);
  if (decision.action === "leave" || !record) return leaveForDeadLetters(invocation, delivery, { record, decision });
  switch (decision.action) {
    case "discard": {
      const isHandled = await handleFailure(invocation, record, logger);
      return isHandled ? "acknowledge" : leaveWithBackoff(worker, delivery);
    }
    case "claim": {
      // The breaker watches the stage's own backend: a job with a config may have another one.
      const isHeld = openUntil > 0 && record.config === undefined;
      // A job that is started is not put off for the breaker: its lost run has been counted already.
      const isPutOff = isHeld && record.status !== "STARTED";
      if (!isPutOff && isLimited(worker, record)) return runAdmitted(invocation, delivery, { record, lease });
      if (openUntil === 0) return "again";
      if (!isPutOff) return tryToRun(invocation, delivery, { lease });
      return defer(invocation, record, { reason: backendDown, until: openUntil + Math.random() * (openUntil - now) });
    }
    case "expire": {
      const expired = await change.expire(record);
      if (expired) await tryToHandleEnd(services, expired, logger);
      return expired ? "acknowledge" : "again";
    }
    case "redriven": {
      if (isLimited(worker, record)) return runAdmitted(invocation, delivery, { record, lease, isRedriven: true });
      const claimed =
        (await change.claimRedriven(record, delivery, lease)) ?? (await services.store.get(record.task_id, now));
      return isOurs(claimed, lease) ? runClaimed(invocation, delivery, { record: claimed, lease }) : "again";
    }
    case "fail": {
      const failed = await change.failOrphaned(record, lossOf(record, decision.cause));
      if (failed) {
        invocation.ended.push(factsOfLoss(failed));
        // Now, because this may be a copy, and the job's own message come much later.
        await handleFailure(invocation, failed, logger);
      }
      return "again";
    }
  }
}

/** Calls the onFailure of a job that failed where no worker was. Whatever else became of the job needs no message. */
async function handleOrphaned(invocation: Invocation, delivery: JobDelivery): Promise<FinalVerdict> {
  const { worker } = invocation;
  const { task_id: taskId, generation } = delivery.reference;
  const record = await worker.services.store.get(taskId, worker.services.now());
  if (record?.status !== "FAILURE" || record.generation !== generation) return "acknowledge";
  const isHandled = await handleFailure(invocation, record, worker.logger);
  return isHandled ? "acknowledge" : leaveWithBackoff(worker, delivery);
}

async function leaveForDeadLetters(
  invocation: Invocation,
  delivery: Delivery,
  { record, decision }: { readonly record: JobRecord | undefined; readonly decision: Decision },
): Promise<FinalVerdict> {
  const { worker } = invocation;
  if (record?.status === "FAILURE") await handleFailure(invocation, record, worker.logger);
  else worker.logger.error("a message without a job", { message_id: delivery.messageId, ...decision });
  return leaveFor(worker, delivery, 0);
}

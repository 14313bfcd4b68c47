/**
 * Consuming one message: claim the job and run it, or let its record decide what becomes of the message.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import type { Delivery, JobDelivery } from "../jobs/delivery.ts";
import { lossOf, putOff } from "../jobs/job-error.ts";
import type { JobRecord } from "../jobs/record.ts";
import { transitions } from "../jobs/store.ts";
import type { ClaimedJob, Lease } from "../jobs/transitions/run.ts";
import { factsOfLoss } from "../monitoring/run-metrics.ts";
import { type Decision, decide } from "./decide.ts";
import { finish, handleFailure, tryToSubmitCallback } from "./finish.ts";
import { latestLease } from "./lease-renewer.ts";
import { runTask } from "./run-task.ts";
import { leaveFor, leaveUntil, leaveWithBackoff } from "./visibility.ts";
import type { FinalVerdict, Invocation, Verdict } from "./worker.ts";

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
  const { breaker, services } = invocation.worker;
  const { task_id: taskId, after } = delivery.reference;
  if (after === "failure") return handleOrphaned(invocation, delivery);
  const hasFailed = async () => ((await services.store.get(taskId, services.now()))?.attempts ?? 0) > 0;
  const openUntil = (await breaker?.putOffUntil(taskId, delivery.receivedAt, hasFailed)) ?? 0;
  return claimOrDecide(invocation, delivery, openUntil).finally(() => breaker?.released(taskId));
}

/** @param openUntil until when the circuit breaker is open, in milliseconds since the epoch; 0: closed */
async function claimOrDecide(invocation: Invocation, delivery: JobDelivery, openUntil: number): Promise<FinalVerdict> {
  const { services } = invocation.worker;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Too late to begin again: the next invocation has time.
    if (round > 0 && invocation.lambda.getRemainingTimeInMillis() < ENOUGH_MS) break;
    const lease = newLease(invocation);
    if (openUntil === 0) {
      const verdict = await tryToRun(invocation, delivery, lease);
      if (verdict !== "again") return verdict;
    }
    const record = await services.store.get(delivery.reference.task_id, services.now());
    const verdict = isOurs(record, lease)
      ? await runClaimed(invocation, delivery, { record, lease })
      : await applyDecision(invocation, delivery, { record, lease, openUntil });
    if (verdict !== "again") return verdict;
  }
  return leaveWithBackoff(invocation.worker, delivery);
}

/** Claims the job and runs it. */
async function tryToRun(invocation: Invocation, delivery: JobDelivery, lease: Lease): Promise<Verdict> {
  const record = await transitions(invocation.worker.services).claim(delivery.reference, delivery, lease);
  return record ? runClaimed(invocation, delivery, { record, lease }) : "again";
}

/**
 * A claim whose answer was lost is repeated by the AWS client, and the repetition fails because the job is claimed: by
 * us. Without this the attempt would be lost, and with it a critical job.
 */
const isOurs = (record: JobRecord | undefined, lease: Lease): record is JobRecord =>
  record?.status === "STARTED" && record.lease_token === lease.token;

async function runClaimed(invocation: Invocation, delivery: Delivery, { record, lease }: ClaimedJob): Promise<Verdict> {
  const { services, tasks, logger } = invocation.worker;
  const log = logger.createChild({
    persistentKeys: {
      task_id: record.task_id,
      trace_id: record.trace_id,
      ...(record.traceparent !== undefined && { traceparent: record.traceparent }),
      project_id: record.project_id,
      task_name: record.task_name,
      attempt: record.attempts,
    },
  });
  const known = tasks.get(record.task_name);
  log.info("started", { worker: delivery.worker });
  if (!known) {
    const error = new TypeError(`The worker of queue ${record.queue} has no task ${record.task_name}.`);
    const run = { outcome: { error }, usage: undefined, progress: undefined };
    return finish(invocation, delivery, { record, lease, run, log });
  }
  const remainingMs = invocation.lambda.getRemainingTimeInMillis();
  const run = await runTask({ services, ...known, task: known.module, record, lease, log, remainingMs });
  return finish(invocation, delivery, { record, lease, run, log });
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
      if (openUntil === 0) return "again";
      // A job that is started is not put off: its lost run has been counted already.
      if (record.status === "STARTED") return tryToRun(invocation, delivery, lease);
      const until = openUntil + Math.random() * (openUntil - now);
      const deferred = await change.defer(record, { reason: putOff(record, until), until });
      return deferred ? "acknowledge" : "again";
    }
    case "expire": {
      const expired = await change.expire(record);
      if (expired) await tryToSubmitCallback(services, expired, logger);
      return expired ? "acknowledge" : "again";
    }
    case "redriven": {
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

function newLease({ worker, lambda }: Invocation): Lease {
  const { services, queue } = worker;
  const now = services.now();
  const latest = latestLease(now, lambda.getRemainingTimeInMillis());
  const usual = now + services.settings.TASK_LEASE_SECONDS * 1_000;
  return { token: randomUUID(), until: queue.retry === "critical" ? latest : Math.min(usual, latest) };
}

/**
 * How a job comes to run: its claim under a lease, its admission by limiters where there are limits, or why it is put
 * off.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { engineErrors } from "../../../contracts/errors.ts";
import { type PutOffReason, putOff } from "../jobs/job-error.ts";
import type { JobRecord } from "../jobs/record.ts";
import { transitions } from "../jobs/store.ts";
import type { ClaimedJob, Lease } from "../jobs/transitions/run.ts";
import { type Admission, admission, endTickets, oneMoreCall, waitingTime } from "./admission.ts";
import { finish } from "./finish.ts";
import { LateAdmission } from "./late-admission.ts";
import { latestLease } from "./lease-renewer.ts";
import { runTask } from "./run-task.ts";
import { leaveWithBackoff } from "./visibility.ts";
import type { Delivery, Invocation, JobDelivery, Verdict } from "./worker.ts";

/** A lease that begins now, for a claim. */
export function newLease({ worker, lambda }: Invocation): Lease {
  const { services, queue } = worker;
  const now = services.now();
  const latest = latestLease(now, lambda.getRemainingTimeInMillis());
  const usual = now + services.settings.TASK_LEASE_SECONDS * 1_000;
  return { token: randomUUID(), until: queue.retry === "critical" ? latest : Math.min(usual, latest) };
}

interface ClaimOptions {
  readonly lease: Lease;
  /** Only if no limits of a key came with the job. */
  readonly isUnlimited?: boolean;
}

/** Claims the job and runs it. */
export async function tryToRun(
  invocation: Invocation,
  delivery: JobDelivery,
  { lease, isUnlimited = false }: ClaimOptions,
): Promise<Verdict> {
  const { task_id, generation } = delivery.reference;
  const reference = { task_id, generation, isUnlimited };
  const record = await transitions(invocation.worker.services).claim(reference, delivery, lease);
  return record ? runClaimed(invocation, delivery, { record, lease }) : "again";
}

/**
 * A claim whose answer was lost is repeated by the AWS client, and the repetition fails because the job is claimed: by
 * us. Without this the attempt would be lost, and with it a critical job.
 */
export const isOurs = (record: JobRecord | undefined, lease: Lease): record is JobRecord =>
  record?.status === "STARTED" && record.lease_token === lease.token;

interface RunnableJob extends ClaimedJob {
  /** What it holds of the limits while it runs; left out where nothing is limited. */
  readonly admitted?: Admission | undefined;
}

/** Runs a job that this worker has claimed. */
export async function runClaimed(
  invocation: Invocation,
  delivery: Delivery,
  { record, lease, admitted }: RunnableJob,
): Promise<Verdict> {
  const { services, tasks, logger, lateLimiter, usesFallback } = invocation.worker;
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
  if (services.now() >= lease.until) {
    // The claim, or its answer, came so late that another worker may have run the job to its end.
    log.warn("the lease was over before the run began");
    if (admitted) await endTickets(invocation.worker, admitted, undefined);
    return leaveWithBackoff(invocation.worker, delivery);
  }
  log.info("started", { worker: delivery.worker });
  if (!known) {
    const error = new TypeError(`The worker of queue ${record.queue} has no task ${record.task_name}.`);
    const run = { outcome: { error }, usage: undefined, progress: undefined };
    if (admitted) await endTickets(invocation.worker, admitted, undefined);
    return finish(invocation, delivery, { record, lease, run, log });
  }
  const remainingMs = invocation.lambda.getRemainingTimeInMillis();
  const late = lateLimiter && new LateAdmission(invocation.worker, lateLimiter, { record, lease });
  const how = {
    usesFallback,
    oneMoreCall: admitted && oneMoreCall(invocation.worker, admitted),
    admit: late?.admit,
  };
  const run = await runTask({ services, ...known, task: known.module, record, lease, log, remainingMs, ...how });
  const end = async () => {
    if (admitted) await endTickets(invocation.worker, admitted, { tokens: run.usage?.total_tokens ?? 0 });
    await late?.ended();
  };
  // The next run may ask for the same place before this invocation is over.
  const isLeft = "left" in run.outcome;
  if (isLeft) await end();
  const verdict = await finish(invocation, delivery, { record, lease, run, log });
  if (!isLeft) await end();
  return verdict;
}

/** Why jobs are put off while the circuit breaker is open. */
export const backendDown: PutOffReason = {
  type: engineErrors.backendDown,
  cause: "The backend failed for several jobs in a row",
};

/** Puts a job off until the sweeper sends it again. */
export async function defer(
  { worker }: Invocation,
  record: JobRecord,
  { reason, until: asked }: { readonly reason: PutOffReason; readonly until: number },
): Promise<Verdict> {
  const until = waitingTime(record, asked);
  const deferred = await transitions(worker.services).defer(record, { reason: putOff(record, reason, until), until });
  return deferred ? "acknowledge" : "again";
}

/** Runs a job that its limits admit; else it is put off. */
export async function runAdmitted(
  invocation: Invocation,
  delivery: JobDelivery,
  { record, lease: asked, isRedriven = false }: ClaimedJob & { readonly isRedriven?: boolean },
): Promise<Verdict> {
  const { services } = invocation.worker;
  const change = transitions(services);
  const answer = await admission(invocation.worker, record, asked);
  if ("until" in answer) {
    invocation.worker.logger.info("put off", {
      task_id: record.task_id,
      reason: answer.reason.cause,
      until: answer.until,
    });
    if (!isRedriven) return defer(invocation, record, answer);
    // Its message was moved by hand: the job waits as one that was run again by the API does.
    const restarted = await change.restart(record, { reason: "redriven from the dead-letter queue", delaySeconds: 0 });
    return restarted ? "acknowledge" : "again";
  }
  // Asking may have taken a while.
  const lease = { ...newLease(invocation), token: asked.token };
  const claimed = isRedriven
    ? await change.claimRedriven(record, delivery, lease)
    : await change.claim(delivery.reference, delivery, lease);
  const found = claimed ?? (await services.store.get(record.task_id, services.now()));
  if (isOurs(found, lease)) return runClaimed(invocation, delivery, { record: found, lease, admitted: answer });
  await endTickets(invocation.worker, answer, undefined);
  return "again";
}

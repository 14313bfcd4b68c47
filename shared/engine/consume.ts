import { randomUUID } from "node:crypto";
import { engineErrors } from "../../contracts/errors.ts";
import { workerName } from "../../contracts/lanes.ts";
import type { JobMessage } from "../../contracts/message.ts";
import { parseMessage } from "../jobs/parse-message.ts";
import type { JobRecord } from "../jobs/record.ts";
import { claim, claimRedriven, type Delivery, defer, expire, failUnattended, type Lease } from "../jobs/transitions.ts";
import { fingerprintOf } from "./classify-error.ts";
import { type Decision, decide } from "./decide.ts";
import { finish, handleFailure } from "./finish.ts";
import { runTask } from "./run-task.ts";
import { laneOf, setVisibility } from "./visibility.ts";
import type { Job, Verdict } from "./worker.ts";

/** Consuming one message: claim the job and run it, or let its record decide what becomes of the message. */

/** A claim and a look at the record can miss each other only while others move the job. */
const MAX_ROUNDS = 4;
/** How long a message rests when the record could not be read or written. */
const REST_SECONDS = 30;
/** A critical job's lease outlasts its invocation by this much, so that none runs beside it. */
const CRITICAL_MARGIN_MS = 1_000;

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
    await setVisibility(job, REST_SECONDS);
    return "leave";
  }
}

async function consumeMessage(job: Job, message: JobMessage): Promise<Verdict> {
  const { services, breaker } = job.worker;
  const openUntil = (await breaker?.openUntil(services.now())) ?? 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (openUntil === 0) {
      const verdict = await tryToRun(job, message);
      if (verdict) return verdict;
    }
    const record = await services.store.get(message.task_id);
    const verdict = await follow(job, message, record, openUntil);
    if (verdict) return verdict;
  }
  await setVisibility(job, REST_SECONDS);
  return "leave";
}

/** Claims the job and runs it. @returns undefined when the record has to say what becomes of the message */
async function tryToRun(job: Job, message: JobMessage): Promise<Verdict | undefined> {
  const { services } = job.worker;
  const delivery = deliveryOf(job);
  const lease = newLease(job);
  const record = await claim(services.store, message.task_id, message.generation, delivery, lease, services.now());
  return record && runClaimed(job, record, lease, delivery);
}

async function runClaimed(job: Job, record: JobRecord, lease: Lease, delivery: Delivery): Promise<Verdict | undefined> {
  const { services, tasks, logger } = job.worker;
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
  openUntil: number,
): Promise<Verdict | undefined> {
  const { services, logger } = job.worker;
  const now = services.now();
  const decision = decide(record, message, receivedOf(job), now);
  logger.debug("decided", { task_id: message.task_id, ...decision });
  if (decision.action === "acknowledge") return "acknowledge";
  if (decision.action === "wait") return rest(job, (decision.until - now) / 1_000);
  if (decision.action === "leave" || !record) return leaveForDeadLetters(job, record, decision);
  if (decision.action === "claim") {
    if (openUntil === 0 || record.status === "STARTED") return openUntil === 0 ? undefined : tryToRun(job, message);
    const later = openUntil + Math.random() * (openUntil - now);
    return (await defer(services.store, record, "the backend is down", later, now)) && "acknowledge";
  }
  if (decision.action === "expire") {
    return (await expire(services.store, record.task_id, now, services.settings)) && "acknowledge";
  }
  if (decision.action === "redriven") {
    const [delivery, lease] = [deliveryOf(job), newLease(job)];
    const claimed = await claimRedriven(services.store, record, delivery, lease, now);
    return claimed && runClaimed(job, claimed, lease, delivery);
  }
  const error = lossOf(record, decision.cause);
  await failUnattended(services.store, record, { error, fingerprint: fingerprintOf(error) }, now, services.settings);
  return undefined;
}

/** What the record of a job says whose worker died, or whose attempts are used up. */
export function lossOf(record: JobRecord, cause: "worker-lost" | "exhausted") {
  if (cause === "exhausted" && record.error) return record.error;
  const message = `The worker ${record.worker ?? ""} died while it ran the job, and no attempt is left.`;
  return { type: engineErrors.workerLost, message, retryable: false };
}

async function leaveForDeadLetters(job: Job, record: JobRecord | undefined, decision: Decision): Promise<Verdict> {
  const { logger } = job.worker;
  if (record?.status === "FAILURE") await handleFailure(job.worker, record, logger);
  else logger.error("a message without a job", { message_id: job.message.messageId, ...decision });
  return rest(job, 0);
}

async function rest(job: Job, seconds: number): Promise<Verdict> {
  await setVisibility(job, seconds);
  return "leave";
}

const receivedOf = ({ message }: Job) => ({
  messageId: message.messageId,
  receiveCount: Number(message.attributes.ApproximateReceiveCount),
  sentAt: Number(message.attributes.SentTimestamp),
});

const deliveryOf = (job: Job): Delivery => ({
  messageId: job.message.messageId,
  receiveCount: Number(job.message.attributes.ApproximateReceiveCount),
  receiptHandle: job.message.receiptHandle,
  worker: workerName(job.worker.queue.name, laneOf(job)),
});

function newLease(job: Job): Lease {
  const { services, queue } = job.worker;
  const length =
    queue.retry === "critical"
      ? job.lambda.getRemainingTimeInMillis() + CRITICAL_MARGIN_MS
      : services.settings.TASK_LEASE_SECONDS * 1_000;
  return { token: randomUUID(), until: services.now() + length };
}

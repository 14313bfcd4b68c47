/**
 * What must hold of a run with faults, whatever went wrong in it: checks of its history, and the bugs that are planted to
 * show that each check can fail.
 *
 * @module
 */

import {
  ConnectionError,
  engineErrors,
  LLMServerError,
  LLMTimeoutError,
  SoftTimeLimitExceeded,
  UnreadableAnswerError,
} from "../../contracts/errors.ts";
import type { JobState } from "../../contracts/jobs/states.ts";

/** What the caller orders of a job, and so knows of its outcome. */
export interface Order {
  /** Unique to the job: what its result has to contain. */
  readonly echo: string;
  readonly fails: boolean;
  readonly isRevoked: boolean;
  readonly hasCallback: boolean;
}

/** One `Idempotency-Key`, and the jobs that were answered for it: one, if all is well. */
export interface Accepted {
  readonly key: string;
  readonly ids: ReadonlySet<string>;
  readonly order: Order;
}

/** A job's record at the end. */
export interface Ended {
  readonly status: JobState;
  readonly error: string | undefined;
  /** Of a success: what it returned. */
  readonly echo: string | undefined;
  /** Milliseconds since the epoch, by a worker's clock. */
  readonly finishedAt: number | undefined;
}

/** A run as the task's own code saw it begin, by the machine's clock. */
export interface Run {
  readonly task_id: string;
  readonly attempt: number;
  readonly at: number;
}

/** All that a run with faults leaves behind. */
export interface History {
  readonly accepted: readonly Accepted[];
  /** Every record of the project, by id. */
  readonly jobs: ReadonlyMap<string, Ended>;
  /** Records in the list, which should be as many as there are. */
  readonly listed: number;
  /** The outcome of each job when it was first seen to have one. */
  readonly firstOutcomes: ReadonlyMap<string, JobState>;
  readonly runs: readonly Run[];
  readonly deadLetters: ReadonlySet<string>;
  /** Messages in the dead-letter queue. */
  readonly deadMessages: number;
  /** Messages that are left in the lanes. */
  readonly messagesLeft: number;
  /** Jobs whose end was told to the receiver of webhooks, with the status that it was told. */
  readonly told: ReadonlyMap<string, JobState>;
  readonly batch: {
    readonly ids: readonly string[];
    readonly total: number;
    readonly counts: Readonly<Partial<Record<JobState, number>>>;
    readonly isComplete: boolean;
  };
  /** How far clocks may differ, in milliseconds. */
  readonly skewMs: number;
}

/** How a job may fail without an order to: its worker, its message or its model was taken from it too often. */
const honestFailures = [
  ...[engineErrors.workerLost, engineErrors.messageLost, engineErrors.notDelivered],
  ...[SoftTimeLimitExceeded, LLMServerError, LLMTimeoutError, ConnectionError, UnreadableAnswerError].map(
    ({ name }) => name,
  ),
];
const outcomes: readonly JobState[] = ["SUCCESS", "FAILURE", "REVOKED"];

const ordersById = ({ accepted }: History) =>
  new Map(accepted.flatMap(({ ids, order }) => [...ids].map((id) => [id, order] as const)));
const every = (history: History) => [...history.accepted.flatMap(({ ids }) => [...ids]), ...history.batch.ids];

/** @returns a line for each violation: what, and of which job */
type Check = (history: History) => string[];

/** What must hold, by the name that the report gives it. */
export const checks = {
  "every accepted job has an outcome": (history) =>
    every(history).flatMap((id) => {
      const status = history.jobs.get(id)?.status;
      return status !== undefined && outcomes.includes(status) ? [] : [`${id} is ${status ?? "not there"}`];
    }),
  "a record stays, and is listed once": ({ jobs, listed, firstOutcomes }) => [
    ...(listed === jobs.size ? [] : [`${listed} listed, ${jobs.size} records`]),
    ...[...firstOutcomes.keys()].filter((id) => !jobs.has(id)).map((id) => `${id} had an outcome and is gone`),
  ],
  "one Idempotency-Key is one job": ({ accepted, jobs, batch }) => [
    ...accepted.filter(({ ids }) => ids.size > 1).map(({ key, ids }) => `${key} is ${[...ids].join(", ")}`),
    // A record may be there whose submit was never answered 202; there is no more than one for each key.
    ...(jobs.size > accepted.length + batch.ids.length
      ? [`${jobs.size} records for ${accepted.length} keys and ${batch.ids.length} jobs of a batch`]
      : []),
  ],
  "an outcome does not change": ({ firstOutcomes, jobs }) =>
    [...firstOutcomes].flatMap(([id, first]) => {
      const last = jobs.get(id)?.status;
      return last === first ? [] : [`${id} was ${first} and is ${last}`];
    }),
  "the outcome is what was ordered, or a failure that names the fault": (history) => {
    const orders = ordersById(history);
    return [...history.jobs].flatMap(([id, { status, error }]) => {
      const order = orders.get(id);
      if (!order) return [];
      if (status === "REVOKED") return order.isRevoked ? [] : [`${id} is REVOKED`];
      if (status === "SUCCESS") return order.fails ? [`${id} is SUCCESS and was to fail`] : [];
      if (status !== "FAILURE") return [];
      const isHonest = error !== undefined && (honestFailures.includes(error) || (order.fails && error === "Error"));
      return isHonest ? [] : [`${id} failed as ${error}`];
    });
  },
  "a result is its own job's": (history) => {
    const orders = ordersById(history);
    return [...history.jobs].flatMap(([id, { status, echo }]) => {
      const order = orders.get(id);
      return status === "SUCCESS" && order && echo !== order.echo ? [`${id} has the result ${echo?.slice(0, 40)}`] : [];
    });
  },
  "no job is run after its end": ({ runs, jobs, skewMs }) =>
    runs.flatMap(({ task_id, at }) => {
      const finishedAt = jobs.get(task_id)?.finishedAt;
      const isLate = finishedAt !== undefined && at > finishedAt + 2 * skewMs;
      return isLate ? [`${task_id} was run ${Math.round(at - finishedAt)} ms after its end`] : [];
    }),
  "dead letters are the jobs that failed": ({ jobs, deadLetters, deadMessages }) => {
    const failed = new Set([...jobs].filter(([, { status }]) => status === "FAILURE").map(([id]) => id));
    return [
      ...[...failed].filter((id) => !deadLetters.has(id)).map((id) => `${id} failed and is no dead letter`),
      ...[...deadLetters]
        .filter((id) => !failed.has(id))
        .map((id) => `${id} is a dead letter and ${jobs.get(id)?.status}`),
      ...(deadMessages < failed.size ? [`${deadMessages} messages for ${failed.size} jobs`] : []),
    ];
  },
  "every webhook is delivered, with the outcome": ({ accepted, jobs, told }) =>
    accepted
      .filter(({ order }) => order.hasCallback)
      .flatMap(({ ids }) => [...ids])
      .filter((id) => told.get(id) !== jobs.get(id)?.status)
      .map((id) => `${id} is ${jobs.get(id)?.status}, and was told as ${told.get(id) ?? "nothing"}`),
  "nothing is left in the queues": ({ messagesLeft }) => (messagesLeft === 0 ? [] : [`${messagesLeft} messages`]),
  "a batch ends once, with exact counts": ({ batch, jobs }) => {
    const counted = Map.groupBy(batch.ids, (id) => jobs.get(id)?.status);
    const wrong = outcomes.filter((status) => (counted.get(status)?.length ?? 0) !== (batch.counts[status] ?? 0));
    return [
      ...(batch.isComplete ? [] : ["it has not ended"]),
      ...(batch.ids.length === batch.total ? [] : [`${batch.ids.length} of ${batch.total} jobs`]),
      ...wrong.map(
        (status) => `${batch.counts[status] ?? 0} are ${status}, by their records ${counted.get(status)?.length ?? 0}`,
      ),
    ];
  },
} satisfies Record<string, Check>;

/** The name of a check. */
export type CheckName = keyof typeof checks;
/** The names of all checks. */
export const checkNames = Object.keys(checks) as CheckName[];

/** Bugs that can be planted, each with the check that must find it. */
export const plants = {
  "message lost": "every accepted job has an outcome",
  "record deleted": "a record stays, and is listed once",
  "key ignored": "one Idempotency-Key is one job",
  "outcome overwritten": "an outcome does not change",
  "failure swallowed": "the outcome is what was ordered, or a failure that names the fault",
  "another's result": "a result is its own job's",
  "run after the end": "no job is run after its end",
  "dead letter forgotten": "dead letters are the jobs that failed",
  "message left": "nothing is left in the queues",
  "webhook lost": "every webhook is delivered, with the outcome",
  "end miscounted": "a batch ends once, with exact counts",
} as const satisfies Record<string, CheckName>;

/** A bug that can be planted. */
export type Plant = keyof typeof plants;
/** All of them. */
export const plantNames = Object.keys(plants) as Plant[];

/** What each check found wrong; an empty list where nothing is. */
export const examine = (history: History): Record<CheckName, string[]> => {
  const found = Object.entries(checks).map(([name, check]) => [name, check(history)]);
  return Object.fromEntries(found);
};

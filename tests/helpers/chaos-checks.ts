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
  /** Whether it has {@link LONG_STEPS} steps, each a run of its own that leaves a job to another. */
  readonly isLong: boolean;
  /** Whether its task is of class `critical`, which is run at most once. */
  readonly isCritical: boolean;
  /** Seconds after which it may not start any more. */
  readonly expiresIn: number | undefined;
}

/** Steps of a long job. */
export const LONG_STEPS = 3;

/** One `Idempotency-Key`, and the jobs that were answered for it: one, if all is well. */
export interface Accepted {
  readonly key: string;
  readonly ids: ReadonlySet<string>;
  readonly order: Order;
  /** When the caller had its answer, in milliseconds since the epoch by the machine's clock. */
  readonly answeredAt: number;
}

/** A schedule, and the jobs that it is to have made. */
export interface Scheduled {
  /** The id of the job of each of its times, by the time. */
  readonly due: ReadonlyMap<number, string>;
  /** Those of times around the moments at which it was made and deleted, which may be there. */
  readonly atItsEdges: ReadonlySet<string>;
}

/** A job's record at the end. */
export interface Ended {
  readonly status: JobState;
  readonly error: string | undefined;
  /** Of a success: what it returned. */
  readonly echo: string | undefined;
  /** Milliseconds since the epoch, by a worker's clock. */
  readonly finishedAt: number | undefined;
  /** The job that submitted it. */
  readonly parentId: string | undefined;
  /** As {@link finishedAt}. */
  readonly createdAt: number;
}

/** A run as the task's own code saw it begin, by the machine's clock. */
export interface Run {
  readonly task_id: string;
  readonly attempt: number;
  readonly at: number;
  /** Of a long job: the steps that were done before it. */
  readonly step?: number | undefined;
}

/** All that a run with faults leaves behind. */
export interface History {
  readonly accepted: readonly Accepted[];
  /** Every record of the project, by id. */
  readonly jobs: ReadonlyMap<string, Ended>;
  /** Records in the list, which should be as many as there are. */
  readonly listed: number;
  /** The outcome of each job when it was first seen to have one; jobs are looked at all the time, also while things go wrong. */
  readonly firstOutcomes: ReadonlyMap<string, JobState>;
  /** Jobs that were seen to have an outcome and later, if only for a while, another one or none: a line for each. */
  readonly changes: readonly string[];
  readonly runs: readonly Run[];
  readonly deadLetters: ReadonlySet<string>;
  /** Messages in the dead-letter queue. */
  readonly deadMessages: number;
  /** Messages that are left in the lanes. */
  readonly messagesLeft: number;
  /** Jobs whose end was told to the receiver of webhooks, with the status that it was told. */
  readonly told: ReadonlyMap<string, JobState>;
  readonly schedules: readonly Scheduled[];
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
/** Jobs that callers were promised, and those that schedules and jobs have submitted. */
const every = ({ accepted, batch, jobs }: History) =>
  new Set([...accepted.flatMap(({ ids }) => [...ids]), ...batch.ids, ...jobs.keys()]);
const idsWith = ({ accepted }: History, has: (order: Order) => boolean) =>
  new Set(accepted.filter(({ order }) => has(order)).flatMap(({ ids }) => [...ids]));

/** @returns a line for each violation: what, and of which job */
type Check = (history: History) => string[];

/** What must hold, by the name that the report gives it. */
export const checks = {
  "every accepted job has an outcome": (history) =>
    [...every(history)].flatMap((id) => {
      const status = history.jobs.get(id)?.status;
      return status !== undefined && outcomes.includes(status) ? [] : [`${id} is ${status ?? "not there"}`];
    }),
  "a record stays, and is listed once": ({ jobs, listed, firstOutcomes }) => [
    ...(listed === jobs.size ? [] : [`${listed} listed, ${jobs.size} records`]),
    ...[...firstOutcomes.keys()].filter((id) => !jobs.has(id)).map((id) => `${id} had an outcome and is gone`),
  ],
  "one Idempotency-Key is one job": ({ accepted, jobs, batch, schedules }) => {
    const scheduled = new Set(schedules.flatMap(({ due, atItsEdges }) => [...due.values(), ...atItsEdges]));
    const submitted = [...jobs].filter(([id, { parentId }]) => parentId === undefined && !scheduled.has(id)).length;
    return [
      ...accepted.filter(({ ids }) => ids.size > 1).map(({ key, ids }) => `${key} is ${[...ids].join(", ")}`),
      // A record may be there whose submit was never answered 202; there is no more than one for each key.
      ...(submitted > accepted.length + batch.ids.length
        ? [`${submitted} records for ${accepted.length} keys and ${batch.ids.length} jobs of a batch`]
        : []),
    ];
  },
  "an outcome does not change": ({ firstOutcomes, changes, jobs }) => [
    ...changes,
    ...[...firstOutcomes].flatMap(([id, first]) => {
      const last = jobs.get(id)?.status;
      return last === first ? [] : [`${id} was ${first} and is ${last} at the end`];
    }),
  ],
  "the outcome is what was ordered, or a failure that names the fault": (history) => {
    const orders = ordersById(history);
    return [...history.jobs].flatMap(([id, { status, error }]) => {
      const order = orders.get(id);
      if (!order) return [];
      if (status === "REVOKED") return order.isRevoked || order.expiresIn !== undefined ? [] : [`${id} is REVOKED`];
      if (status === "SUCCESS") return order.fails ? [`${id} is SUCCESS and was to fail`] : [];
      if (status !== "FAILURE") return [];
      const isHonest =
        error !== undefined &&
        (honestFailures.includes(error) ||
          (order.fails && error === "Error") ||
          // It submits jobs by itself, whose queue may refuse them in each of its runs.
          (order.isLong && error === engineErrors.queueUnavailable));
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
  "a job does not start after its expiry": ({ accepted, runs, skewMs }) => {
    const last = new Map(
      accepted.flatMap(({ ids, order: { expiresIn }, answeredAt }) =>
        expiresIn === undefined ? [] : [...ids].map((id) => [id, answeredAt + expiresIn * 1_000 + 2 * skewMs] as const),
      ),
    );
    // One that has started in time may be run again later.
    return runs
      .filter(({ task_id, attempt, at }) => attempt === 1 && at > (last.get(task_id) ?? Infinity))
      .map(({ task_id, at }) => `${task_id} started ${Math.round(at - (last.get(task_id) ?? 0))} ms after its expiry`);
  },
  "a job of class critical is run once at most": (history) => {
    const critical = idsWith(history, ({ isCritical }) => isCritical);
    const runs = Map.groupBy(history.runs, ({ task_id }) => task_id);
    return [...critical].flatMap((id) => {
      const count = runs.get(id)?.length ?? 0;
      return count > 1 ? [`${id} was run ${count} times`] : [];
    });
  },
  "a long job does each step once, in order": (history) => {
    const { jobs, runs, skewMs } = history;
    const long = idsWith(history, ({ isLong }) => isLong);
    const children = Map.groupBy([...jobs.values()], ({ parentId }) => parentId);
    const ofLong = Map.groupBy(runs, ({ task_id }) => task_id);
    return [...long].flatMap((id) => {
      const done = children.get(id)?.length ?? 0;
      const isDone = done === LONG_STEPS || (done < LONG_STEPS && jobs.get(id)?.status !== "SUCCESS");
      const back = (ofLong.get(id) ?? []).find((run, _, all) =>
        all.some(({ step = 0, at }) => step > (run.step ?? 0) && run.at > at + 2 * skewMs),
      );
      return [
        ...(isDone ? [] : [`${id} is ${jobs.get(id)?.status} with ${done} jobs of its own`]),
        ...(back ? [`${id} went back to step ${back.step}`] : []),
      ];
    });
  },
  "a schedule has one job for each time": ({ schedules, jobs }) =>
    schedules.flatMap(({ due }) => {
      const missing: string[] = [];
      let excusedUntil = 0;
      for (const [time, id] of [...due].toSorted(([one], [other]) => one - other)) {
        const job = jobs.get(id);
        // A job that was made after its time stands for those until then: nothing could be submitted meanwhile.
        if (job) excusedUntil = job.createdAt;
        else if (time > excusedUntil) missing.push(`${new Date(time).toISOString()} has no job`);
      }
      return missing;
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
  "outcome flickers": "an outcome does not change",
  "failure swallowed": "the outcome is what was ordered, or a failure that names the fault",
  "another's result": "a result is its own job's",
  "run after the end": "no job is run after its end",
  "expiry ignored": "a job does not start after its expiry",
  "critical job repeated": "a job of class critical is run once at most",
  "state forgotten": "a long job does each step once, in order",
  "scheduled time lost": "a schedule has one job for each time",
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

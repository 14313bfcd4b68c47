import type { z } from "zod";
import type { queuesSchema } from "../../../contracts/monitoring/operations.ts";
import { queuesNamed } from "../../../contracts/queue-names.ts";
import type { queueRoutes } from "../../../contracts/routes/queues.ts";
import type { JobServices } from "../../../shared/engine/jobs/services.ts";
import { allLanes, readDeadLetterDepths } from "../../../shared/engine/monitoring/lanes.ts";
import { PROMETHEUS_CONTENT_TYPE, renderMetrics } from "../../../shared/engine/monitoring/prometheus.ts";
import { readRunHistory } from "../../../shared/engine/monitoring/run-history.ts";
import {
  isSampled,
  keepSample,
  makeSample,
  ratePerMinute,
  readSamples,
} from "../../../shared/engine/monitoring/samples.ts";
import { readStatistics } from "../../../shared/engine/monitoring/statistics.ts";
import { readAtOnce } from "../../../shared/engine/monitoring/work-at-once.ts";
import { readWorkers, type WorkerState } from "../../../shared/engine/monitoring/workers.ts";
import { countDeadLetters } from "../../../shared/engine/operations/dead-letters.ts";
import type { LaneMapping } from "../../../shared/engine/operations/mappings.ts";
import { purgeLanes } from "../../../shared/engine/operations/purge-queue.ts";
import { ProblemError } from "../../../shared/lib/http/problem.ts";
import { iso } from "../../../shared/lib/time.ts";
import { callerName, countedFor } from "../caller.ts";
import { RecentAnswers } from "../recent-answers.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";

/** A rate is taken over this time: long enough to be steady, short enough to be now. */
const RATE_MS = 5 * 60_000;

const HOUR_MS = 3_600_000;
/** As many points as a chart can show: 72 for a day, 84 for a week. */
const stepOf = (hours: number): number => (hours <= 6 ? HOUR_MS / 12 : hours <= 24 ? HOUR_MS / 3 : 2 * HOUR_MS);

type ByWorker = ReadonlyMap<string, LaneMapping>;

/** Mappings by worker; empty when Lambda cannot be asked, which must not hide what SQS and DynamoDB know. */
async function readMappings({ mappings, logger }: ApiServices): Promise<ByWorker> {
  try {
    return new Map((await mappings.list()).map((mapping) => [mapping.worker, mapping]));
  } catch (error) {
    logger.error("event source mappings cannot be listed", { error });
    return new Map();
  }
}

interface Pausing {
  readonly queue: string;
  /** Both lanes when undefined. */
  readonly lane: LaneMapping["lane"] | undefined;
  readonly paused: boolean;
}

async function setPaused({ jobs, mappings }: ApiServices, { queue, lane, paused }: Pausing) {
  const changed = await mappings.setPaused(lanesOf(jobs, queue, lane), paused).catch((error: unknown) => {
    throw new ProblemError("unavailable", "Lambda did not update the event source mappings. Try again later.", {
      headers: { "retry-after": "5" },
      cause: error,
    });
  });
  return { body: { queue, lanes: changed.map(({ lane: name, worker }) => ({ lane: name, worker, paused })) } };
}

function statusOf(worker: WorkerState, mapping: LaneMapping | undefined) {
  if (!worker.reachable) return "unreachable" as const;
  if (mapping?.paused) return "paused" as const;
  return worker.running.length > 0 ? ("active" as const) : ("idle" as const);
}

/** What a purge without a lane means: all that the queue has. */
function lanesOf({ catalog }: JobServices, name: string, lane: string | undefined) {
  const named = queuesNamed(catalog, name);
  return allLanes(catalog).filter((each) => named?.includes(each) && (lane === undefined || lane === each.lane));
}

async function readMetrics(jobs: JobServices) {
  const [workers, deadLetters, statistics] = await Promise.all([
    readWorkers(jobs),
    readDeadLetterDepths(jobs),
    readStatistics(jobs.store),
  ]);
  const active = new Map(workers.map(({ worker, running }) => [worker, running.length]));
  return { statistics, lanes: workers, active, deadLetters };
}

/** Ages and rates of lanes, of all projects. */
async function readRates(jobs: JobServices, counted: Promise<WorkerState[]>) {
  const [workers, samples, statistics] = await Promise.all([
    counted,
    readSamples(jobs, jobs.now() - RATE_MS),
    readStatistics(jobs.store),
  ]);
  const sample = makeSample(workers, statistics.lanes, jobs.now());
  if (!isSampled(samples, sample.at)) await keepSample(jobs, sample);
  return (name: string) => ({
    oldest_age_seconds: sample.lanes[name]?.age ?? null,
    rate_per_minute: ratePerMinute(samples, sample, name),
  });
}

const recentQueues = new RecentAnswers<z.output<typeof queuesSchema>["queues"]>();

/** @param isCounted counts these jobs alone */
async function readQueues(services: ApiServices, isCounted: ReturnType<typeof countedFor>, countsDead: boolean) {
  const { jobs } = services;
  const work = await readAtOnce(jobs);
  const counted = readWorkers(jobs, isCounted, work.read);
  const [workers, depths, dead, mappings, rates] = await Promise.all([
    counted,
    isCounted ? undefined : readDeadLetterDepths(jobs),
    isCounted || countsDead ? countDeadLetters(jobs.catalog, work, isCounted) : undefined,
    readMappings(services),
    // Ages and rates are of all projects.
    isCounted ? undefined : readRates(jobs, counted),
  ]);
  const laneState = (worker: WorkerState) => ({
    queue: worker.queue,
    lane: worker.lane,
    name: worker.name,
    worker: worker.worker,
    reachable: worker.reachable,
    paused: mappings.get(worker.worker)?.paused ?? null,
    depth: worker.waiting,
    in_flight: worker.inFlight,
    delayed: worker.delayed,
    ...(rates?.(worker.name) ?? { oldest_age_seconds: null, rate_per_minute: null }),
    active_tasks: worker.running.length,
    max_concurrency: mappings.get(worker.worker)?.maxConcurrency ?? worker.maxConcurrency,
  });
  return jobs.catalog.queues.map(({ name, tasks }) => ({
    name,
    tasks: tasks.map((task) => task.name),
    // SQS does not count by project.
    dlq_depth: (depths ?? dead)?.get(name) ?? 0,
    dead_letters: countsDead ? (dead?.get(name) ?? 0) : null,
    lanes: workers.filter((worker) => worker.queue === name).map(laneState),
  }));
}

/** Queues and workers. */
export const queueHandlers: Handlers<keyof typeof queueRoutes> = {
  async listQueues({ caller, query }, services) {
    const isCounted = countedFor(caller);
    const freshness = { maxAgeMs: query.max_age * 1_000, now: services.jobs.now() };
    // Keys of one project may see different others.
    const whose = isCounted ? [caller.tenant, ...caller.projects].join() : "";
    const key = `${whose} ${query.dead_letters}`;
    const queues = recentQueues.get(key, freshness, () => readQueues(services, isCounted, query.dead_letters));
    return { body: { queues: await queues } };
  },

  async listSamples({ query, caller }, { jobs }) {
    // They are of all projects.
    if (countedFor(caller)) return { body: { samples: [] } };
    const samples = await readSamples(jobs, jobs.now() - query.minutes * 60_000);
    const listed = samples.map(({ at, lanes }) => ({
      at: new Date(at).toISOString(),
      lanes: Object.entries(lanes).map(([name, { depth, ended, age }]) => ({
        name,
        depth,
        oldest_age_seconds: age,
        ended_total: ended,
      })),
    }));
    return { body: { samples: listed } };
  },

  async listRuns({ query, caller }, { jobs }) {
    // They are of all projects.
    if (countedFor(caller)) return { body: { tasks: [], points: [] } };
    const { hours, task_name: task } = query;
    const since = jobs.now() - hours * HOUR_MS;
    const { points, tasks } = await readRunHistory(jobs, { since, step: stepOf(hours), task });
    const listed = points.map(({ from, to, durationP50, durationP95, queuedP95, ...counts }) => ({
      from: iso(from),
      to: iso(to),
      ...counts,
      duration_p50_seconds: durationP50,
      duration_p95_seconds: durationP95,
      queue_p95_seconds: queuedP95,
    }));
    return { body: { tasks, points: listed } };
  },

  async purgeQueue({ params: { queue }, body, caller }, { jobs }) {
    const reason = `its queue was purged by ${callerName(caller)}`;
    const { purged, more } = await purgeLanes(jobs, lanesOf(jobs, queue, body.lane), reason);
    return { body: { queue, purged, more } };
  },

  pauseQueue: ({ params: { queue }, body }, services) => setPaused(services, { queue, lane: body.lane, paused: true }),
  resumeQueue: ({ params: { queue }, body }, services) =>
    setPaused(services, { queue, lane: body.lane, paused: false }),

  async listWorkers({ caller }, services) {
    const counted = readWorkers(services.jobs, countedFor(caller));
    const [workers, mappings] = await Promise.all([counted, readMappings(services)]);
    const listed = workers.map((worker) => ({
      name: worker.worker,
      queue: worker.queue,
      lane: worker.lane,
      status: statusOf(worker, mappings.get(worker.worker)),
      active_tasks: worker.running.length,
      max_concurrency: mappings.get(worker.worker)?.maxConcurrency ?? worker.maxConcurrency,
      registered_tasks: [...worker.tasks],
    }));
    return { body: { workers: listed, total_count: listed.length } };
  },

  async metrics({ query }, { jobs, metricsPrefix }) {
    return {
      file: renderMetrics(await readMetrics(jobs), query.prefix ?? metricsPrefix),
      contentType: PROMETHEUS_CONTENT_TYPE,
      headers: { "cache-control": "no-store" },
    };
  },
};

import type { z } from "zod";
import { BACKGROUND_PRIORITY } from "../../../contracts/jobs/lanes.ts";
import { jobConfigSchema } from "../../../contracts/llm/configs.ts";
import type { scheduleRoutes } from "../../../contracts/routes/schedules.ts";
import {
  MAX_INPUT_BYTES,
  MAX_SCHEDULES,
  type newScheduleSchema,
  type scheduleSchema,
} from "../../../contracts/schedules/schedules.ts";
import { type SubmitRequest, submitJob, taskOf } from "../../../shared/engine/jobs/submit.ts";
import { CATALOG_PROJECT } from "../../../shared/engine/schedules/catalog-schedules.ts";
import { nextRun, nextRuns } from "../../../shared/engine/schedules/next-run.ts";
import { type ScheduleRecord, ScheduleStore, scheduledJob } from "../../../shared/engine/schedules/schedule-store.ts";
import { newTaskId } from "../../../shared/engine/table/addresses.ts";
import { conflict, invalid, notFound } from "../../../shared/lib/http/problem.ts";
import { iso, isoOrNull } from "../../../shared/lib/time.ts";
import { type Caller, limitedKeyOf, mayAccess, projectFor } from "../caller.ts";
import { catalogTaskFor, getCatalogSchedule, listCatalogSchedules } from "../catalog-schedules.ts";
import { configOfSubmit } from "../config-of-submit.ts";
import { refuseOverLimits } from "../over-budget.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";
import { callbackUrlOf, readTaskInputs } from "../submit-request.ts";

const SHOWN_RUNS = 5;

const storeOf = ({ jobs }: ApiServices) => new ScheduleStore(jobs.store.table, jobs.now);

function present(record: ScheduleRecord, now: number): z.output<typeof scheduleSchema> {
  return {
    schedule_id: record.schedule_id,
    source: "api",
    project_id: record.project_id,
    task_name: record.task_name,
    input: JSON.parse(record.input),
    cron: record.cron ?? null,
    rate: record.rate ?? null,
    at: isoOrNull(record.at),
    time_zone: record.time_zone,
    enabled: record.enabled,
    priority: record.priority,
    config: record.config === undefined ? null : jobConfigSchema.parse(JSON.parse(record.config)),
    callback_url: record.callback_url ?? null,
    created_at: iso(record.created_at),
    last_run_at: isoOrNull(record.last_run_at),
    last_task_id: record.last_task_id ?? null,
    next_runs: record.enabled ? nextRuns(record, now, SHOWN_RUNS).map(iso) : [],
    error: record.error ?? null,
    skipped_runs: record.skipped_runs ?? 0,
    last_skip:
      record.last_skipped_at === undefined
        ? null
        : { at: iso(record.last_skipped_at), reason: record.last_skip_reason ?? "" },
  };
}

/**
 * A schedule that can be changed.
 * @throws ProblemError 404 when there is no such schedule, or it belongs to another project; the answer is the same; 409
 *   when it is one of the catalog
 */
async function findSchedule(services: ApiServices, caller: Caller, id: string): Promise<ScheduleRecord> {
  const task = catalogTaskFor(caller, id, services);
  if (task) {
    throw conflict(`This schedule belongs to the definition of the task ${task.name}: change that, and deploy.`);
  }
  const schedule = await storeOf(services).get(id);
  if (!schedule || !mayAccess(caller, schedule.project_id)) throw noSuchSchedule(id);
  return schedule;
}

/** What a schedule submits. @throws ProblemError 404 */
async function runOf(services: ApiServices, caller: Caller, id: string): Promise<SubmitRequest> {
  const task = catalogTaskFor(caller, id, services);
  const limitedKey = limitedKeyOf(caller);
  if (task) {
    const { input } = task.schedule;
    return { taskName: task.name, tenant: CATALOG_PROJECT, input, priority: BACKGROUND_PRIORITY, limitedKey };
  }
  const schedule = await findSchedule(services, caller, id);
  return { ...scheduledJob(schedule), limitedKey: limitedKey ?? schedule.limited_key };
}

/** @throws ProblemError 422 for what is too large for the schedule's item */
function storedJson(value: unknown, path: string): string {
  const json = JSON.stringify(value);
  if (Buffer.byteLength(json) <= MAX_INPUT_BYTES) return json;
  throw invalid([{ path, message: `must have at most ${MAX_INPUT_BYTES} bytes as JSON` }]);
}

const noSuchSchedule = (id: string) => notFound(`There is no schedule ${id}.`);

/** @throws ProblemError 422 unless there is one way to say when, and it has a next time */
function timingOf(body: z.output<typeof newScheduleSchema>, now: number) {
  const { cron, rate, at, time_zone } = body;
  const given = [cron, rate, at].filter((each) => each !== undefined);
  if (given.length !== 1) throw invalid([{ path: "", message: "give one of cron, rate and at" }]);
  const timing = { cron, rate, at: at === undefined ? undefined : Date.parse(at), time_zone };
  try {
    if (nextRun({ ...timing, counts_from: now }, now) !== undefined) return timing;
  } catch {
    throw invalid([{ path: "/cron", message: "must have five fields, such as 30 3 * * MON-FRI" }]);
  }
  throw invalid([{ path: at === undefined ? "/cron" : "/at", message: "has no time that is still to come" }]);
}

/** Schedules of a project. */
export const scheduleHandlers: Handlers<keyof typeof scheduleRoutes> = {
  async createSchedule({ query, body, caller }, services) {
    const { jobs } = services;
    const task = taskOf(jobs.catalog, body.task_name);
    const tenant = projectFor(caller, query.project_id, body.project_id);
    if (task.scope === "admin") {
      const message = "needs an admin key: such tasks run on schedules of the catalog alone";
      throw invalid([{ path: "/task_name", message }]);
    }
    const timing = timingOf(body, jobs.now());
    const { config } = body;
    const [given] = await readTaskInputs(task, [{ at: ["input"], given: body.input }], { config, services });
    const input = storedJson(given, "/input");
    const use = config && (await configOfSubmit(config, { task, tenant }, services));
    const store = storeOf(services);
    if ((await store.count(tenant)) >= MAX_SCHEDULES) {
      throw conflict(`Project ${tenant} has ${MAX_SCHEDULES} schedules, which is the most: delete one first.`);
    }
    const callback = await callbackUrlOf(body.callback_url, { tenant, path: "/callback_url" }, services);
    const { enabled, priority = BACKGROUND_PRIORITY } = body;
    const asked = { ...timing, project_id: tenant, task_name: task.name, input, enabled, priority };
    const schedule = {
      ...asked,
      limited_key: limitedKeyOf(caller),
      callback_url: callback,
      ...(use && { config: storedJson(use.config, "/config"), config_name: use.configName }),
    };
    return { body: present(await store.create(schedule), jobs.now()) };
  },

  async listSchedules({ query, caller }, services) {
    const page = await storeOf(services).list(projectFor(caller, query.project_id), query);
    const now = services.jobs.now();
    const own = page.schedules.map((each) => present(each, now));
    const ofCatalog = query.cursor === undefined ? await listCatalogSchedules(caller, query.project_id, services) : [];
    return { body: { schedules: [...own, ...ofCatalog], next_cursor: page.nextCursor } };
  },

  async getSchedule({ params, caller }, services) {
    const ofCatalog = await getCatalogSchedule(caller, params.schedule_id, services);
    if (ofCatalog) return { body: ofCatalog };
    return { body: present(await findSchedule(services, caller, params.schedule_id), services.jobs.now()) };
  },

  async pauseSchedule({ params, caller }, services) {
    const schedule = await findSchedule(services, caller, params.schedule_id);
    const paused = await storeOf(services).pause(schedule);
    if (!paused) throw noSuchSchedule(params.schedule_id);
    return { body: present(paused, services.jobs.now()) };
  },

  async resumeSchedule({ params, caller }, services) {
    const schedule = await findSchedule(services, caller, params.schedule_id);
    if (schedule.enabled) return { body: present(schedule, services.jobs.now()) };
    const resumed = await storeOf(services).resume(schedule);
    if (!resumed) throw conflict(`Schedule ${params.schedule_id} has no time that is still to come.`);
    return { body: present(resumed, services.jobs.now()) };
  },

  async runSchedule({ params, caller }, services) {
    const asked = await runOf(services, caller, params.schedule_id);
    const task = taskOf(services.jobs.catalog, asked.taskName);
    const { tenant, limitedKey, priority } = asked;
    await refuseOverLimits(services, task, { tenant, limitedKey, priority, idempotencyKey: undefined });
    const { job } = await submitJob(services.jobs, { ...asked, traceId: newTaskId() });
    return { body: { schedule_id: params.schedule_id, task_id: job.task_id } };
  },

  async deleteSchedule({ params, caller }, services) {
    await findSchedule(services, caller, params.schedule_id);
    if (!(await storeOf(services).delete(params.schedule_id))) throw noSuchSchedule(params.schedule_id);
    return { body: { schedule_id: params.schedule_id, status: "deleted" } };
  },
};

import type { z } from "zod";
import type { ChildList } from "../../../contracts/jobs/list.ts";
import { isReady } from "../../../contracts/jobs/states.ts";
import type { jobInputSchema, jobRoutes } from "../../../contracts/routes/jobs.ts";
import { readChildren } from "../../../shared/engine/jobs/children.ts";
import { fileLink } from "../../../shared/engine/jobs/file-link.ts";
import { presentEvents, presentJob, presentLog } from "../../../shared/engine/jobs/present.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { isRestartable, retryJob } from "../../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import type { JobServices } from "../../../shared/engine/jobs/services.ts";
import { retryMany } from "../../../shared/engine/operations/retry-many.ts";
import { revokeMany } from "../../../shared/engine/operations/revoke-many.ts";
import { conflict, invalid, notFound, type ProblemError } from "../../../shared/lib/http/problem.ts";
import { type Caller, callerName, isAdmin, mayAccessJob, projectFor } from "../caller.ts";
import { refuseAgain } from "../over-budget.ts";
import { hasNothingToRead } from "../read-document.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";
import { waitForJob } from "../wait-for-job.ts";

/** @throws ProblemError 404 when there is no such job, or it belongs to another project; the answer is the same */
export async function findJob({ jobs }: ApiServices, caller: Caller, taskId: string): Promise<JobRecord> {
  const record = await jobs.store.get(taskId);
  if (!record || !mayAccessJob(caller, record)) throw noSuchJob(taskId);
  return record;
}

const noSuchJob = (taskId: string): ProblemError => notFound(`There is no job ${taskId}.`);

/** A task's own name for any of its names; a name that the catalog does not have may still be that of old jobs. */
const ownName = ({ catalog }: JobServices, name: string | undefined): string | undefined =>
  name === undefined ? undefined : (catalog.findTask(name)?.name ?? name);

type Json = z.output<typeof jobInputSchema>["input"];

/** Following, reading and stopping jobs. */
export const jobHandlers: Handlers<keyof typeof jobRoutes> = {
  async listJobs({ query, caller }, { jobs }) {
    const page = await jobs.store.list({
      tenant: projectFor(caller, query.project_id),
      hiddenTasks: query.housekeeping ? caller.hiddenTasks : jobs.catalog.adminTasks,
      status: query.status,
      taskName: ownName(jobs, query.task_name),
      traceId: query.trace_id,
      tag: query.tag,
      batchId: query.batch_id,
      text: query.q,
      createdAfter: query.created_after === undefined ? undefined : Date.parse(query.created_after),
      createdBefore: query.created_before === undefined ? undefined : Date.parse(query.created_before),
      limit: query.limit,
      cursor: query.cursor,
    });
    const listed = page.jobs.map(async (record) =>
      presentJob(record, isSmall(record) ? await jobs.store.readResult(record) : null),
    );
    const { jobs: count, backTo } = page.searched;
    const searched = { jobs: count, back_to: backTo === undefined ? null : new Date(backTo).toISOString() };
    return { body: { jobs: await Promise.all(listed), next_cursor: page.nextCursor, searched } };
  },

  async getJob({ params, query, caller }, services) {
    const { jobs, waitsAtOnce } = services;
    const found = await findJob(services, caller, params.task_id);
    const { wait: seconds = 0 } = query;
    const { record, hasWaited } =
      seconds === 0 ? { record: found, hasWaited: true } : await waitForJob(found, { jobs, seconds, waitsAtOnce });
    const body = presentJob(record, await jobs.store.readResult(record));
    return hasWaited ? { body } : { body, headers: { "retry-after": "2" } };
  },

  async getJobs({ body, caller }, { jobs }) {
    const records = (await jobs.store.getMany(body.task_ids)).filter((record) => mayAccessJob(caller, record));
    const found = new Set(records.map(({ task_id }) => task_id));
    const shown = records.map(async (record) =>
      presentJob(record, isSmall(record) ? await jobs.store.readResult(record) : null),
    );
    const missing = [...new Set(body.task_ids)].filter((id) => !found.has(id));
    return { body: { jobs: await Promise.all(shown), missing } };
  },

  async getJobResult({ params, caller }, services) {
    const record = await findJob(services, caller, params.task_id);
    if (!isReady(record.status)) throw conflict(`Job ${record.task_id} is ${record.status}: it has no result yet.`);
    const { task_id, task_name, status, result, error } = presentJob(
      record,
      await services.jobs.store.readResult(record),
    );
    return { body: { task_id, task_name, status, result, error } };
  },

  async getJobInput({ params, caller }, services) {
    const record = await findJob(services, caller, params.task_id);
    // It was parsed by the task's schema when it was submitted.
    const input = (await services.jobs.store.readInput(record)) as Json;
    return { body: { task_id: record.task_id, task_name: record.task_name, input } };
  },

  async getJobFile({ params, caller }, services) {
    const record = await findJob(services, caller, params.task_id);
    const file = record.files?.find(({ n }) => n === params.name);
    if (!file) throw notFound(`Job ${params.task_id} has no file ${params.name}.`);
    const { url, expiresAt } = await fileLink(services.jobs, record, file);
    const expires_at = new Date(expiresAt).toISOString();
    return { body: { name: file.n, bytes: file.b, content_type: file.t, url, expires_at } };
  },

  async listJobEvents({ params, caller }, services) {
    const record = await findJob(services, caller, params.task_id);
    return { body: { task_id: record.task_id, events: presentEvents(record), log: presentLog(record) } };
  },

  async listJobChildren({ params, query, caller }, services) {
    const parent = await findJob(services, caller, params.task_id);
    return { body: await listChildren(services, caller, { parent, cursor: query.cursor }) };
  },

  async revokeJob({ params, body, caller }, services) {
    const record = await findJob(services, caller, params.task_id);
    const { outcome, state } = await revokeJob(services.jobs, record.task_id, {
      ...body,
      reason: `revoked by ${callerName(caller)}`,
    });
    if (outcome === "missing") throw noSuchJob(record.task_id);
    if (outcome === "conflict") {
      const hint = state === "STARTED" ? "; terminate: true stops it" : "";
      throw conflict(`Job ${record.task_id} is ${state} and cannot be revoked${hint}.`);
    }
    return {
      body: { status: "revoked", task_id: record.task_id, message: `Task ${record.task_id} has been revoked.` },
    };
  },

  async revokeJobs({ query, body, caller }, { jobs }) {
    const { terminate, dry_run: dryRun, cursor, ...filter } = body;
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    if (!isFiltered)
      throw invalid([{ path: "", message: "specify at least one field to select jobs by, or all: true" }]);
    const age = filter.older_than_seconds;
    const { revoked, skipped, sample, nextCursor } = await revokeMany(jobs, {
      tenant: projectFor(caller, query.project_id),
      hiddenTasks: caller.hiddenTasks,
      taskName: ownName(jobs, filter.task_name),
      status: filter.status,
      traceId: filter.trace_id,
      batchId: filter.batch_id,
      createdBefore: age === undefined ? undefined : jobs.now() - age * 1_000,
      cursor,
      terminate,
      reason: `revoked by ${callerName(caller)}`,
      dryRun,
    });
    return { body: { revoked, skipped, dry_run: dryRun, sample: sample.map(briefly), next_cursor: nextCursor } };
  },

  async retryJob({ params, caller }, services) {
    const record = await findJob(services, caller, params.task_id);
    if (isRestartable(record.status)) await refuseAgain(services, caller, record);
    const restarted = await retryJob(services.jobs, record, { reason: `retried by ${callerName(caller)}` });
    if (!restarted)
      throw conflict(`Job ${record.task_id} is ${record.status}: only failed and revoked jobs can be run again.`);
    return { body: { task_id: record.task_id, status: restarted.status, message: "The job runs again." } };
  },

  async retryJobs({ query, body, caller }, { jobs }) {
    const { status, dry_run: dryRun, cursor, housekeeping, ...filter } = body;
    if (Object.values(filter).every((value) => value === undefined))
      throw invalid([{ path: "", message: "specify at least one field to select jobs by, or all: true" }]);
    const { retried, skipped, sample, nextCursor } = await retryMany(jobs, {
      tenant: projectFor(caller, query.project_id),
      hiddenTasks: housekeeping ? caller.hiddenTasks : jobs.catalog.adminTasks,
      status,
      taskName: ownName(jobs, filter.task_name),
      traceId: filter.trace_id,
      tag: filter.tag,
      batchId: filter.batch_id,
      text: filter.q,
      createdAfter: filter.created_after === undefined ? undefined : Date.parse(filter.created_after),
      createdBefore: filter.created_before === undefined ? undefined : Date.parse(filter.created_before),
      cursor,
      reason: `retried by ${callerName(caller)}`,
      dryRun,
      isBounded: !isAdmin(caller),
      isObsolete: (job) => hasNothingToRead(jobs, job),
    });
    return { body: { retried, skipped, dry_run: dryRun, sample: sample.map(briefly), next_cursor: nextCursor } };
  },
};

/**
 * A page of what a job has submitted.
 * @throws InvalidCursorError
 */
export async function listChildren(
  { jobs }: ApiServices,
  caller: Caller,
  { parent, cursor }: { readonly parent: JobRecord; readonly cursor?: string | undefined },
): Promise<ChildList> {
  const { ids, batchIds, nextCursor } = await readChildren(jobs, parent.task_id, cursor);
  const records = (await jobs.store.getMany(ids)).filter((record) => mayAccessJob(caller, record));
  const shown = records
    .sort((one, other) => one.created_at - other.created_at)
    .map(async (record) => presentJob(record, isSmall(record) ? await jobs.store.readResult(record) : null));
  return { task_id: parent.task_id, jobs: await Promise.all(shown), batch_ids: batchIds, next_cursor: nextCursor };
}

/** A job in the sample of a dry run. */
function briefly(record: JobRecord) {
  const { task_id, task_name, status, created_at } = presentJob(record, null);
  return { task_id, task_name, status, created_at };
}

/** A list shows the results that lie in the records themselves and reads no others. */
const isSmall = ({ result }: JobRecord): boolean => result?.in === "json" || result?.in === "gzip";

/**
 * What the project routes do: write the record, then submit the job that brings the vector up to it. The job's id
 * follows from the revision, so that sending again what was not sent, or not heard of, never makes a second job.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import type { JobState } from "../../../contracts/jobs/states.ts";
import type { NewProject, ProjectChange } from "../../../contracts/projects/projects.ts";
import { revokeJob } from "../../engine/jobs/revoke.ts";
import { IdempotencyConflictError, submitJob } from "../../engine/jobs/submit.ts";
import { keyedTaskId, newTaskId, sha256 } from "../../engine/table/addresses.ts";
import { canonicalJson } from "../../lib/canonical-json.ts";
import { isLive, type LiveProject, type ProjectKey, textOf } from "./project-record.ts";
import type { Change, ProjectContent } from "./project-store.ts";
import type { ProjectServices } from "./services.ts";

/** The answer for a project that waits for its job. */
export interface Accepted {
  readonly id: string;
  readonly status: LiveProject["status"];
  readonly task_id: string;
}

/** Another change came in between, again and again. */
export class ProjectBusyError extends Error {
  override readonly name = "ProjectBusyError";
}

const MAX_ROUNDS = 5;
/** A job that ended so will not embed anything. */
const gaveUp: ReadonlySet<JobState> = new Set(["FAILURE", "REVOKED"]);

const jobKey = ({ id }: ProjectKey, revision: string) => `project/${id}/${revision}`;

function newChange(key: ProjectKey, at: number, revision: string = randomUUID()): Change {
  return { revision, taskId: keyedTaskId(key.tenant, jobKey(key, revision)), at, tieBreaker: revision };
}

/** The tasks that bring a vector up to its record. */
type EmbeddingTask = "generate_project_embedding" | "regenerate_project_embedding" | "delete_project_embedding";

/** Submits the job of a revision; the same one again if it was submitted before. @returns the job's state */
async function submit(
  { jobs }: ProjectServices,
  key: ProjectKey,
  { taskName, revision, content }: { taskName: EmbeddingTask; revision: string; content?: ProjectContent },
): Promise<JobState> {
  const given = content && { description: content.description, metadata: content.metadata };
  const { job } = await submitJob(jobs, {
    taskName,
    tenant: key.tenant,
    input: { project_id: key.id, ...given, revision },
    idempotencyKey: jobKey(key, revision),
  });
  return job.status;
}

const keyedProject = (tenant: string, idempotencyKey: string): ProjectKey => ({
  tenant,
  id: keyedTaskId(tenant, `project/${idempotencyKey}`),
});

/** Whether a project was added under this Idempotency-Key. */
export const isKnownProject = async (
  { projects }: ProjectServices,
  tenant: string,
  idempotencyKey: string | undefined,
): Promise<boolean> =>
  idempotencyKey !== undefined && (await projects.get(keyedProject(tenant, idempotencyKey))) !== undefined;

/**
 * Adds a project.
 * @throws IdempotencyConflictError when the key was used for another project
 * @throws QueueUnavailableError when SQS did not take the job
 */
export async function createProject(
  services: ProjectServices,
  { tenant, idempotencyKey }: { readonly tenant: string; readonly idempotencyKey: string | undefined },
  project: NewProject,
): Promise<Accepted> {
  const { projects, jobs } = services;
  const isKeyed = idempotencyKey !== undefined;
  const key = isKeyed ? keyedProject(tenant, idempotencyKey) : { tenant, id: newTaskId() };
  const requestHash = isKeyed ? sha256(canonicalJson(project)) : undefined;
  // With a key the revision follows from the id, so that a replay finds the job that was not sent.
  const change = newChange(key, jobs.now(), isKeyed ? key.id : undefined);
  if (await projects.create(key, project, { ...change, requestHash })) {
    try {
      await submit(services, key, {
        taskName: "generate_project_embedding",
        revision: change.revision,
        content: project,
      });
    } catch (error) {
      // With a key, record and job wait for the replay.
      if (!isKeyed) await takeBack(services, key, change).catch(() => undefined);
      throw error;
    }
    return { id: key.id, status: "pending", task_id: change.taskId };
  }
  const existing = await projects.get(key);
  if (!isLive(existing) || existing.request_hash !== requestHash) {
    throw new IdempotencyConflictError("This Idempotency-Key was used for another project, or its project is deleted.");
  }
  if (existing.revision === change.revision && existing.status === "pending") {
    await submit(services, key, {
      taskName: "generate_project_embedding",
      revision: change.revision,
      content: project,
    });
  }
  return { id: key.id, status: existing.status, task_id: existing.task_id };
}

/** Nothing was accepted, so nothing may look as if it waited. */
async function takeBack({ projects, jobs }: ProjectServices, key: ProjectKey, { taskId }: Change): Promise<void> {
  await revokeJob(jobs, taskId, { terminate: false, reason: "the change was not accepted" });
  const seen = await projects.get(key);
  if (isLive(seen)) await projects.remove(seen, newChange(key, jobs.now()));
}

/**
 * Changes a project.
 * @returns undefined when there is no such project; `changed` is false when there was nothing to do
 * @throws ProjectBusyError
 * @throws QueueUnavailableError when SQS did not take the job; the same request again submits it
 */
export async function updateProject(
  services: ProjectServices,
  key: ProjectKey,
  change: ProjectChange,
): Promise<(Accepted & { readonly changed: boolean }) | undefined> {
  const { projects, jobs } = services;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const seen = await projects.get(key);
    if (!isLive(seen)) return undefined;
    const next: ProjectContent = {
      name: change.name === null ? undefined : (change.name ?? seen.name),
      description: change.description ?? seen.description,
      metadata: change.metadata ?? seen.metadata,
    };
    const isSame = textOf(seen) === textOf(next) && canonicalJson(seen.metadata) === canonicalJson(next.metadata);
    if (isSame && (await isUnderWay(services, seen))) {
      return { id: key.id, status: seen.status, task_id: seen.task_id, changed: false };
    }
    const made = newChange(key, jobs.now());
    if (!(await projects.change(seen, next, made))) continue;
    await submit(services, key, { taskName: "regenerate_project_embedding", revision: made.revision, content: next });
    return { id: key.id, status: "pending", task_id: made.taskId, changed: true };
  }
  throw new ProjectBusyError(`Project ${key.id} is being changed by others at the moment.`);
}

/** True when the vector is as the record says, or a job waits to make it so; that job is sent again if it waits. */
async function isUnderWay(services: ProjectServices, seen: LiveProject): Promise<boolean> {
  if (seen.status !== "pending") return seen.status === "completed";
  const job = await services.jobs.store.get(seen.task_id);
  if (job && job.status !== "PENDING") return !gaveUp.has(job.status);
  if (seen.task_id !== keyedTaskId(seen.tenant, jobKey(seen, seen.revision))) return job !== undefined;
  const taskName = job?.task_name === "generate_project_embedding" ? job.task_name : "regenerate_project_embedding";
  return !gaveUp.has(await submit(services, seen, { taskName: taskName, revision: seen.revision, content: seen }));
}

/**
 * Deletes a project at once, its vector by a job. Again while that job waits, it is sent again.
 * @returns undefined when there is no such project
 * @throws ProjectBusyError
 * @throws QueueUnavailableError when SQS did not take the job; the same request again submits it
 */
export async function deleteProject(services: ProjectServices, key: ProjectKey): Promise<Accepted | undefined> {
  const { projects, jobs } = services;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const seen = await projects.get(key);
    if (!seen) return undefined;
    if (!isLive(seen)) {
      const job = await jobs.store.get(seen.task_id);
      if (seen.removed || (job && job.status !== "PENDING")) return undefined;
      await submit(services, key, { taskName: "delete_project_embedding", revision: seen.revision });
      return { id: key.id, status: "pending", task_id: seen.task_id };
    }
    const made = newChange(key, jobs.now());
    if (!(await projects.remove(seen, made))) continue;
    await submit(services, key, { taskName: "delete_project_embedding", revision: made.revision });
    return { id: key.id, status: "pending", task_id: made.taskId };
  }
  throw new ProjectBusyError(`Project ${key.id} is being changed by others at the moment.`);
}

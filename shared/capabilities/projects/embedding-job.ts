/**
 * Jobs about one project. Those of the project routes name a revision, and the record says what to do.
 *
 * @module
 */

import type { OutputOf } from "../../../contracts/define-task.ts";
import type { generateProjectEmbedding } from "../../../contracts/tasks/generate-project-embedding.ts";
import type { FinalFailure, TaskContext } from "../../engine/worker/context.ts";
import { modelMismatch } from "../vectors/collections.ts";
import { embedProjects } from "./embed-projects.ts";
import type { Change, ProjectContent } from "./project-store.ts";
import { PROJECTS, type ProjectServices } from "./services.ts";

/** What an embedding task works with. */
export interface EmbeddingJob {
  readonly project_id: string;
  readonly revision?: string | undefined;
}

/**
 * The change that a job makes that was submitted by itself. Changes are ordered by submission, so that a job that was
 * tried again later does not bring an older text back.
 * @param item which of the job's items, in their order
 */
export async function changeOf({ jobs }: ProjectServices, context: TaskContext): Promise<(item: number) => Change> {
  const job = await jobs.store.get(context.taskId);
  const at = job?.created_at ?? jobs.now();
  return (item) => {
    const revision = `${context.taskId}#${String(item).padStart(6, "0")}`;
    return { revision, taskId: context.taskId, at, tieBreaker: revision };
  };
}

let isModelChecked = false;

/** Says once in a process that the settings name another model than the one in use. */
export async function warnOfMismatch(services: ProjectServices, { log }: Pick<TaskContext, "log">): Promise<void> {
  if (isModelChecked) return;
  isModelChecked = true;
  const pointer = await services.pointers.get(PROJECTS);
  const mismatch = pointer && modelMismatch(await services.collections(), pointer);
  if (mismatch !== undefined) log.warn(mismatch);
}

/**
 * Runs a job about one project: to embed this content, or to remove the vector when there is none.
 * @throws TaskError of the embedder or the store
 */
export async function runEmbeddingJob(
  services: ProjectServices,
  { project_id: id, revision, content }: EmbeddingJob & { readonly content: ProjectContent | undefined },
  context: TaskContext,
): Promise<OutputOf<typeof generateProjectEmbedding>> {
  const started = performance.now();
  await warnOfMismatch(services, context);
  const key = { tenant: context.tenant, id };
  if (revision === undefined) {
    const change = (await changeOf(services, context))(0);
    await (content ? services.projects.adopt(key, content, change) : services.projects.adoptRemoval(key, change));
  }
  const [failure] = await embedProjects(services, [id], context);
  if (failure) throw failure.error;
  return { status: "success", project_id: id, duration_ms: Math.round(performance.now() - started) };
}

/** The project of a job that failed for good has failed too, unless another job has it by now. */
export async function failEmbeddingJob(
  { projects }: ProjectServices,
  { ids, error }: { readonly ids: readonly string[]; readonly error: FinalFailure },
  context: TaskContext,
): Promise<void> {
  const { type, message } = error;
  for (const id of ids) {
    await projects.fail({ tenant: context.tenant, id }, context.taskId, { type, message, retryable: false });
  }
}

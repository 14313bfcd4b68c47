/**
 * Brings vectors up to what the projects' records say.
 *
 * Why no older text can win, without a lock: whoever has written a vector then completes the record, which holds only
 * for the revision that it embedded. If the record has moved on, or gone, it starts over with what it says now. So the
 * last to write is never one that has not seen the last change.
 *
 * @module
 */

import { VectorStoreError } from "../../../contracts/errors.ts";
import { classifyError } from "../../engine/jobs/job-error.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { countedCollections } from "../embeddings/counted.ts";
import type { CollectionServices } from "../vectors/collections.ts";
import { indexItems, removeItems } from "../vectors/indexing.ts";
import { replaceMetadata } from "../vectors/replace-metadata.ts";
import { isLive, type LiveProject, type ProjectRecord, textHash, textOf } from "./project-record.ts";
import { PROJECTS, type ProjectServices } from "./services.ts";

/** How often one run follows a record that keeps changing. */
const MAX_ROUNDS = 10;
/** For what must be completed although the job was told to stop. */
const CORRECTION_MS = 30_000;

/** The job for which something is done. */
type Job = Pick<TaskContext, "tenant" | "taskId" | "signal" | "admitCall" | "usage">;

/** A project that cannot be embedded, and why. */
export interface EmbeddingFailure {
  readonly id: string;
  readonly error: unknown;
}

/**
 * Embeds or removes up to 100 projects of a job's tenant, with one call of the embedder for all texts.
 * @returns those that failed by themselves; a store or server that fails makes the whole call throw
 * @throws TaskError of the vector store or the embedding server; the signal's reason
 */
export async function embedProjects(
  services: ProjectServices,
  ids: readonly string[],
  job: Job,
): Promise<EmbeddingFailure[]> {
  const { tenant, taskId, signal } = job;
  const collections = countedCollections(await services.collections(), job);
  const failures = new Map<string, EmbeddingFailure>();
  let pending = [...new Set(ids)];
  for (let round = 0; pending.length > 0; round++) {
    if (round === MAX_ROUNDS) throw new VectorStoreError(`Project ${pending[0]} changes faster than it is embedded.`);
    const records = await readAll(services, tenant, pending);
    // From the second round on, this run itself has put something else into the store, whatever the record says.
    const isCorrection = round > 0;
    const isDue = (record: LiveProject) => isCorrection || !isDone(record, taskId);
    const roundSignal = isCorrection ? AbortSignal.timeout(CORRECTION_MS) : signal;
    const failed = await store(collections, records, { tenant, isDue, signal: roundSignal });
    const settled = [...records].map(async ([id, record]) => {
      const error = failed.get(id);
      if (error === undefined) failures.delete(id);
      else failures.set(id, { id, error });
      if (isLive(record) && !isDue(record)) return [];
      return (await settle(services, { tenant, id }, { record, error })) ? [] : [id];
    });
    const outdated = (await Promise.all(settled)).flat();
    pending = outdated;
  }
  return [...failures.values()];
}

/** True when another attempt may embed it. */
export const isRetryable = ({ error }: EmbeddingFailure): boolean => classifyError(error).retryable;

type Records = ReadonlyMap<string, ProjectRecord | undefined>;

async function readAll({ projects }: ProjectServices, tenant: string, ids: readonly string[]): Promise<Records> {
  const found = new Map((await projects.getMany(tenant, ids)).map((record) => [record.id, record]));
  return new Map(ids.map((id) => [id, found.get(id)]));
}

/**
 * Done already by an earlier attempt of this job. What another job has done is not proof: an earlier attempt of this one
 * may have written an older text after it, and ended before it could see that.
 */
const isDone = (record: LiveProject, taskId: string): boolean =>
  record.status === "completed" && record.task_id === taskId;

/** Writes and removes vectors. @returns the errors of single projects, by id */
async function store(
  collections: CollectionServices,
  records: Records,
  { tenant, isDue, signal }: { tenant: string; isDue: (record: LiveProject) => boolean; signal: AbortSignal },
): Promise<Map<string, unknown>> {
  const gone = [...records].filter(([, record]) => !isLive(record)).map(([id]) => id);
  if (gone.length > 0) await removeItems(collections, PROJECTS, { tenant, ids: gone, signal });

  const due = [...records.values()].filter(isLive).filter(isDue);
  const itemOf = (record: LiveProject) => ({ id: record.id, text: textOf(record), metadata: record.metadata });
  const sameText = due.filter((record) => record.embedded_text === textHash(record));
  const toEmbed = [
    ...due.filter((record) => !sameText.includes(record)).map(itemOf),
    ...(await replaceMetadata(collections, PROJECTS, { tenant, items: sameText.map(itemOf), signal })),
  ].map((item) => ({ ...item, tenant }));
  if (toEmbed.length === 0) return new Map();
  const options = { signal, groupSize: toEmbed.length };
  const { failures } = await indexItems(collections, PROJECTS, { ...options, items: toEmbed });
  return new Map(failures.map(({ item, error }) => [item.id, error]));
}

/** Notes what was done in the record. @returns false when the record has changed meanwhile */
async function settle(
  { projects, jobs }: ProjectServices,
  key: { tenant: string; id: string },
  { record, error }: { readonly record: ProjectRecord | undefined; readonly error: unknown },
): Promise<boolean> {
  if (!record) return (await projects.get(key)) === undefined;
  if (!isLive(record)) return projects.completeRemoval(record);
  // A failure leaves the vector that there was; the record is the job's to mark as failed.
  if (error !== undefined) return (await projects.get(key))?.revision === record.revision;
  return projects.complete(record, textHash(record), jobs.now());
}

import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { deleteBlobs, listBlobs } from "../../shared/engine/jobs/blobs.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { processServices } from "../services.ts";

/**
 * Deletes inputs and results in S3 whose job has expired. DynamoDB removes the records themselves; what was stored for
 * a job that was never written, because its submission was cut off, goes too, after a day.
 */
export async function run(
  { dry_run }: TaskInput<"cleanup_expired_results">,
  { signal, progress }: TaskContext,
): Promise<TaskOutput<"cleanup_expired_results">> {
  const services = processServices();
  const counts = { examined: 0, deleted: 0 };
  for await (const page of listBlobs(services)) {
    signal.throwIfAborted();
    counts.examined += page.length;
    const jobs = await services.store.getMany([...new Set(page.map((blob) => blob.taskId))]);
    const alive = new Set(jobs.map((job) => job.task_id));
    const orphans = page.filter((blob) => !alive.has(blob.taskId) && blob.isSettled);
    if (!dry_run) await deleteBlobs(services, orphans);
    counts.deleted += orphans.length;
    progress(counts.examined, null, "files examined");
  }
  return { ...counts, dry_run };
}

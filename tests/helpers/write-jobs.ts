import type { JobStore, NewJob } from "../../shared/engine/jobs/store.ts";

/** Writes finished jobs straight into the table, a second apart from `from` on, for searches that have much to look through. */
export async function writeJobs(
  store: JobStore,
  { tenant, count, from }: { readonly tenant: string; readonly count: number; readonly from: number },
  change: (index: number) => Partial<NewJob> = () => ({}),
): Promise<void> {
  const now = Date.now();
  const write = (index: number) => {
    const job: NewJob = {
      // Spreads over the shards of the index as real ids do.
      task_id: `${((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, "0")}-${tenant}-${index}`,
      task_name: "summarize",
      project_id: tenant,
      queue: "summarize",
      lane: "high",
      priority: 5,
      status: "SUCCESS",
      generation: 1,
      attempts: 1,
      max_attempts: 4,
      trace_id: "trace",
      created_at: from + index * 1_000,
      input: { in: "json", json: "{}" },
      ttl: Math.floor(now / 1_000) + 86_400,
      ...change(index),
    };
    return store.create(job, now);
  };
  for (let start = 0; start < count; start += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - start) }, (_, index) => write(start + index)));
  }
}

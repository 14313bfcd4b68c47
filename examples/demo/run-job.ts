import type { Client } from "../../client/index.ts";
import { definitionOf, type TaskRequest } from "../../contracts/catalog.ts";
import type { DemoJob } from "./jobs.ts";

export interface Finished {
  readonly job: DemoJob;
  readonly status: string;
  /** From submission to result, as the caller sees it. */
  readonly seconds: number;
  readonly result: unknown;
  /** Why this does not count as success. */
  readonly problem: string | undefined;
}

const PATIENCE_MS = 120_000;

/** Submits a job, waits for it, and checks that its result fits the task. Never throws. */
export async function runJob(client: Client, job: DemoJob): Promise<Finished> {
  const started = performance.now();
  const finish = (status: string, result: unknown, problem?: string): Finished => ({
    job,
    status,
    seconds: (performance.now() - started) / 1_000,
    result,
    problem,
  });
  try {
    const submitted = await client.submit(job.task, job.input as TaskRequest<typeof job.task>);
    const done = await client.wait(submitted, { timeout: PATIENCE_MS });
    if (done.status !== "SUCCESS") return finish(done.status, null, `${done.error?.type}: ${done.error?.message}`);
    const parsed = definitionOf(job.task).output.safeParse(done.result);
    return finish(done.status, done.result, parsed.success ? undefined : `Unexpected result: ${parsed.error.message}`);
  } catch (error) {
    return finish("ERROR", null, error instanceof Error ? error.message : String(error));
  }
}

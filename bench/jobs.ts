/**
 * The pipeline itself on the embedded stack: submissions over HTTP, and jobs from submission to SUCCESS.
 *
 * @module
 */

import { createClient } from "../client/index.ts";
import { startStack } from "../local/stack.ts";
import type { BenchRow } from "./row.ts";
import { percentile, timed } from "./timing.ts";

const JOBS = 500;
const CALLERS = 16;
const SINGLE = 100;

export async function benchJobs(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { LOG_LEVEL: "ERROR" } });
  try {
    const client = createClient({ url: stack.url, apiKey: stack.apiKey });
    await client.run("health_check", { echo: "warm" });

    const submits: number[] = [];
    const roundTrips: number[] = [];
    const bare: number[] = [];
    for (let index = 0; index < SINGLE; index++) {
      // In turns, so that a busy moment of the machine hits all alike.
      await timed(bare, () => fetch(`${stack.url}/health`).then((response) => response.text()));
      await timed(submits, () => client.submit("health_check", { echo: index }));
      await timed(roundTrips, () => client.run("health_check", { echo: index }));
    }

    const started = performance.now();
    const submitted: Awaited<ReturnType<typeof client.submit>>[] = [];
    await Promise.all(
      Array.from({ length: CALLERS }, async (_, caller) => {
        for (let job = caller; job < JOBS; job += CALLERS)
          submitted.push(await client.submit("health_check", { echo: job }));
      }),
    );
    const accepted = performance.now();
    for (const job of submitted) await client.wait(job, { timeout: 120_000 });
    const done = performance.now();

    const health = percentile(bare, 0.5);
    const row = (name: string, value: number, unit: string, ratio: number | null, note: string): BenchRow => ({
      name,
      value,
      unit,
      ratio,
      note,
    });
    return [
      row("GET /health, p50", health, "ms", 1, "gateway and API function alone"),
      row("POST /tasks, p50", percentile(submits, 0.5), "ms", percentile(submits, 0.5) / health, "1 write, 1 send"),
      row("POST /tasks, p95", percentile(submits, 0.95), "ms", percentile(submits, 0.95) / health, ""),
      row("submit to SUCCESS, p50", percentile(roundTrips, 0.5), "ms", percentile(roundTrips, 0.5) / health, "polled"),
      row("submissions, 16 callers", JOBS / ((accepted - started) / 1_000), "jobs/s", null, `${JOBS} jobs`),
      row("submitted and run", JOBS / ((done - started) / 1_000), "jobs/s", null, "the last result read"),
    ];
  } finally {
    await stack.stop(0);
  }
}

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
    const inMs = (name: string, value: number, note: string): BenchRow => ({
      name,
      value,
      unit: "ms",
      ratio: value / health,
      note,
    });
    const perSecond = (name: string, seconds: number, note: string): BenchRow => ({
      name,
      value: JOBS / seconds,
      unit: "jobs/s",
      ratio: null,
      note,
    });
    return [
      inMs("GET /health, p50", health, "gateway and API function alone"),
      inMs("POST /tasks, p50", percentile(submits, 0.5), "1 write, 1 send"),
      inMs("POST /tasks, p95", percentile(submits, 0.95), ""),
      inMs("submit to SUCCESS, p50", percentile(roundTrips, 0.5), "polled"),
      perSecond("submissions, 16 callers", (accepted - started) / 1_000, `${JOBS} jobs`),
      perSecond("submitted and run", (done - started) / 1_000, "the last result read"),
    ];
  } finally {
    await stack.stop(0);
  }
}

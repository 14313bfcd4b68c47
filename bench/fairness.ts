/**
 * A project's flood and another's few jobs on the embedded stack, whose queues are fair as SQS documents it: what the few wait,
 * beside the same jobs on an empty one.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "../client/index.ts";
import { startStack } from "../local/stack.ts";
import type { BenchRow } from "./row.ts";
import { percentile } from "./timing.ts";

const NOISY = 2_000;
/** As many as a request makes itself. */
const A_BATCH = 1_000;
const QUIET = 10;
const BETWEEN_MS = 500;
/** Of 5 workers of a lane. */
const BOUND = 3;
const LONGEST_MS = 900_000;

const text =
  "The harbour's pump broke on Monday night. Water stood in the cellars of nine houses until the fire brigade came. " +
  "The city council will replace the pump, which is older than the harbour's crane, before the winter.";

interface Case {
  readonly name: string;
  readonly noisy: number;
  /** Of the noisy jobs. The quiet ones take the high lane. */
  readonly priority: number;
  readonly env: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  { name: "an empty system", noisy: 0, priority: 5, env: {} },
  { name: "flood in the low lane", noisy: NOISY, priority: 1, env: {} },
  { name: "flood in the same lane", noisy: NOISY, priority: 5, env: {} },
  { name: `same, ${BOUND} running jobs each`, noisy: NOISY, priority: 5, env: { PROJECT_RUNNING_JOBS: `${BOUND}` } },
];

/** What the quiet project's jobs waited, and how many of the noisy ones had ended then. */
async function measure({ noisy, priority, env }: Case): Promise<{ waits: readonly number[]; ended: number }> {
  const stack = await startStack({ env: { LOG_LEVEL: "ERROR", ...env } });
  try {
    const clientOf = async (project_id: string) => {
      const admin = createClient({ url: stack.url, apiKey: stack.apiKey });
      const { key } = await admin.keys.create({ project_id, scopes: ["submit", "read"] });
      return createClient({ url: stack.url, apiKey: key });
    };
    const [loud, quiet] = await Promise.all([clientOf("noisy"), clientOf("quiet")]);
    for (const client of [loud, quiet]) await client.run("summarize", { text });
    const batches: string[] = [];
    for (let made = 0; made < noisy; made += A_BATCH) {
      const inputs = Array.from({ length: A_BATCH }, () => ({ text }));
      batches.push((await loud.batches.submit({ task_name: "summarize", inputs, priority })).batch_id);
    }
    const waits = await Promise.all(
      Array.from({ length: QUIET }, async (_, index) => {
        await sleep(index * BETWEEN_MS);
        const started = performance.now();
        await quiet.run("summarize", { text }, { timeout: LONGEST_MS });
        return performance.now() - started;
      }),
    );
    let ended = 0;
    for (const id of batches) ended += (await loud.batches.get(id)).counts.SUCCESS;
    return { waits, ended };
  } finally {
    await stack.stop(0);
  }
}

export async function benchFairness(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  let empty = Number.NaN;
  for (const each of cases) {
    const { waits, ended } = await measure(each);
    const median = percentile(waits, 0.5);
    if (each.noisy === 0) empty = median;
    const load = each.noisy === 0 ? "" : `; ${ended} of ${each.noisy} noisy jobs had ended`;
    const row = (name: string, value: number): BenchRow => ({
      name: `${each.name}, ${name}`,
      value,
      unit: "ms",
      ratio: value / empty,
      note: `${QUIET} quiet jobs, submit to SUCCESS${load}`,
    });
    rows.push(row("p50", median), row("longest", Math.max(...waits)));
  }
  return rows;
}

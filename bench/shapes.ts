/**
 * Shapes of load on the embedded stack: a batch, many jobs one by one, and submitting while many wait. Time, processor time and memory of
 * a job should not grow with their number. Processor time and memory are told by Linux alone.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "../client/index.ts";
import { memoryOf } from "./memory.ts";
import { runJobs, spentSoFar } from "./processor-time.ts";
import type { BenchRow } from "./row.ts";
import { type StackProcess, startStackProcess } from "./stack-process.ts";
import { percentile, timed } from "./timing.ts";

const WARM_UP = 1_000;
const A_BATCH = 1_000;
const MANY = 10_000;
const WAITING = Number(process.env.WAITING ?? 100_000);
const SUBMITS = 200;
/** Batches that are made at once. */
const BATCHES_AT_ONCE = 5;
const POLL_MS = 1_000;
const NS_PER_MS = 1e6;

interface Measured {
  readonly seconds: number;
  /** Milliseconds of the processor, of all processes of the stack. */
  readonly spent: number;
  /** Megabytes of all processes at the end. */
  readonly memory: number;
}

export async function benchShapes(): Promise<BenchRow[]> {
  if (process.platform !== "linux") {
    return [{ name: "shapes of load", value: null, unit: "", ratio: null, note: "measured on Linux alone" }];
  }
  const stack = await startStackProcess();
  try {
    const client = createClient({ url: stack.url, apiKey: stack.apiKey });
    await runJobs(client, WARM_UP);
    const few = await measure(stack, () => runJobs(client, A_BATCH));
    const batch = await measure(stack, () => runBatch(client));
    const many = await measure(stack, () => runJobs(client, MANY));
    const rows = [
      ...rowsOf(`${A_BATCH} jobs one by one`, few, { jobs: A_BATCH, few }),
      ...rowsOf(`a batch of ${A_BATCH}`, batch, { jobs: A_BATCH, few }),
      ...rowsOf(`${MANY} jobs through one queue`, many, { jobs: MANY, few }),
    ];
    await client.queues.pause("default");
    const none = await submits(client);
    const before = await memoryOf([stack.pid]);
    await fill(client);
    const full = await submits(client);
    const after = await memoryOf([stack.pid]);
    return [
      ...rows,
      { name: "submit while none waits, p50", value: none, unit: "ms", ratio: 1, note: "" },
      { name: `submit while ${WAITING} wait, p50`, value: full, unit: "ms", ratio: full / none, note: "by none" },
      {
        name: `memory of ${WAITING} that wait`,
        value: after - before,
        unit: "MB",
        ratio: after / before,
        note: "of all processes, by that before",
      },
    ];
  } finally {
    await stack.stop();
  }
}

async function measure({ pid }: Pick<StackProcess, "pid">, work: () => Promise<void>): Promise<Measured> {
  const sum = async () => [...(await spentSoFar(pid)).values()].reduce((total, ns) => total + ns, 0) / NS_PER_MS;
  const [before, began] = [await sum(), performance.now()];
  await work();
  const seconds = (performance.now() - began) / 1_000;
  return { seconds, spent: (await sum()) - before, memory: await memoryOf([pid]) };
}

const batchOf = (client: Client) =>
  client.batches.submit({
    task_name: "health_check",
    inputs: Array.from({ length: A_BATCH }, (_, echo) => ({ echo })),
  });

async function runBatch(client: Client): Promise<void> {
  const { batch_id } = await batchOf(client);
  const { counts } = await client.batches.wait(batch_id);
  if (counts.SUCCESS !== A_BATCH) throw new Error(`Of the batch, ${counts.SUCCESS} jobs succeeded.`);
}

async function submits(client: Client): Promise<number> {
  const times: number[] = [];
  for (let echo = 0; echo < SUBMITS; echo++) await timed(times, () => client.submit("health_check", { echo }));
  return percentile(times, 0.5);
}

/** Until so many wait. */
async function fill(client: Client): Promise<void> {
  const made: string[] = [];
  for (let batch = 0; batch < WAITING / A_BATCH; batch += BATCHES_AT_ONCE) {
    const some = await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, () => batchOf(client)));
    made.push(...some.map(({ batch_id }) => batch_id));
  }
  for (const id of made) while ((await client.batches.get(id)).counts.PENDING < A_BATCH) await sleep(POLL_MS);
}

function rowsOf(
  name: string,
  { seconds, spent, memory }: Measured,
  { jobs, few }: { readonly jobs: number; readonly few: Measured },
): BenchRow[] {
  const row = (what: string, value: number, unit: string): Omit<BenchRow, "ratio"> => {
    return { name: `${name}, ${what}`, value, unit, note: "" };
  };
  const note = `by ${A_BATCH} one by one`;
  return [
    { ...row("time", (seconds * 1_000) / jobs, "ms a job"), ratio: seconds / jobs / (few.seconds / A_BATCH), note },
    { ...row("processor", spent / jobs, "ms a job"), ratio: spent / jobs / (few.spent / A_BATCH), note },
    { ...row("memory at its end", memory, "MB"), ratio: memory / few.memory, note },
  ];
}

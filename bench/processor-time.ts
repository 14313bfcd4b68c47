/**
 * Processor time of a small job, by process and thread of the embedded stack: what the machine works, however long it takes. Linux
 * alone tells it (`/proc/<pid>/task/<tid>/schedstat`, nanoseconds on a processor).
 *
 * @module
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "../client/index.ts";
import type { BenchRow } from "./row.ts";
import { startStackProcess } from "./stack-process.ts";

const WARM_UP = 1_000;
const JOBS = 5_000;
const CALLERS = 16;
const POLL_MS = 1_000;
/** Ids that one request asks for. */
const A_REQUEST = 100;
const NS_PER_MS = 1e6;

/** In ms a job, on a quiet machine. */
const GOALS: Readonly<Record<string, number>> = { "all together": 4, api: 1.5, default: 1.5 };
const PARTS: Readonly<Record<string, string>> = {
  MainThread: "stack: gateway, queues, pollers",
  dynamodb: "stack: DynamoDB emulator",
  "libuv-worker": "stack: its files and names",
  V8Worker: "stack: V8's garbage and compilers",
};

/** Nanoseconds by part: threads of the stack, and functions by their name. */
export type Spent = Map<string, number>;

async function spentBy(pid: number, name: (thread: string) => string, spent: Spent): Promise<void> {
  const tasks = `/proc/${pid}/task`;
  for (const thread of await readdir(tasks).catch(() => [])) {
    const [stat, schedstat] = await Promise.all(
      ["stat", "schedstat"].map((file) => readFile(join(tasks, thread, file), "utf8").catch(() => "")),
    );
    const part = name(/\((.*)\)/.exec(stat ?? "")?.[1] ?? "");
    spent.set(part, (spent.get(part) ?? 0) + Number(schedstat?.split(" ")[0] ?? 0));
  }
}

/**
 * What the processor has done for a stack up to now; on Linux alone.
 * @param stack its process, see {@link startStackProcess}
 */
export async function spentSoFar(stack: number): Promise<Spent> {
  const spent: Spent = new Map();
  await spentBy(stack, (thread) => PARTS[thread] ?? "stack: other threads", spent);
  const children = await readFile(`/proc/${stack}/task/${stack}/children`, "utf8");
  for (const pid of children.trim().split(" ").filter(Boolean).map(Number)) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    const name = /AWS_LAMBDA_FUNCTION_NAME=sluice-local-([^\0]+)/.exec(environment)?.[1] ?? "other processes";
    await spentBy(pid, () => name, spent);
  }
  return spent;
}

/** Submits no-op jobs one by one, 16 at once, and waits for the last. */
export async function runJobs(client: Client, count: number): Promise<void> {
  const ids: string[] = [];
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      for (let job = caller; job < count; job += CALLERS)
        ids.push((await client.submit("health_check", { echo: job })).task_id);
    }),
  );
  // Asked for from the end, so that what is done is asked for once.
  while (ids.length > 0) {
    const asked = ids.slice(-A_REQUEST);
    const { jobs } = await client.jobs.status(asked);
    if (jobs.every((job) => job.status === "SUCCESS")) ids.length -= asked.length;
    else await sleep(POLL_MS);
  }
}

export async function benchProcessorTime(): Promise<BenchRow[]> {
  if (process.platform !== "linux") {
    return [{ name: "all together", value: null, unit: "ms a job", ratio: null, note: "measured on Linux alone" }];
  }
  const stack = await startStackProcess();
  try {
    const client = createClient({ url: stack.url, apiKey: stack.apiKey });
    await runJobs(client, WARM_UP);
    const before = await spentSoFar(stack.pid);
    await runJobs(client, JOBS);
    const after = await spentSoFar(stack.pid);
    return rowsOf(new Map([...after].map(([part, ns]) => [part, ns - (before.get(part) ?? 0)])));
  } finally {
    await stack.stop();
  }
}

function rowsOf(spent: Spent): BenchRow[] {
  const sum = [...spent.values()].reduce((total, ns) => total + ns, 0);
  const parts = [...spent].filter(([, ns]) => ns > sum / 1_000).toSorted(([, one], [, other]) => other - one);
  return [["all together", sum] as const, ...parts].map(([name, ns]) => {
    const value = ns / NS_PER_MS / JOBS;
    const goal = GOALS[name];
    const note = goal === undefined ? "" : `${value <= goal ? "met" : "MISSED"}: at most ${goal} ms`;
    return { name, value, unit: "ms a job", ratio: ns / sum, note };
  });
}

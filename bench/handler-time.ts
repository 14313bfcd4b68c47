/**
 * How long handlers would run if AWS answered at once: the processor time of their thread from the event to the answer, warm, beside
 * calls that the SDK makes alone in the same run.
 *
 * @module
 */

import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { createClient } from "../client/index.ts";
import { table } from "../contracts/resources.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { Assembly } from "../tests/helpers/assembly.ts";
import type { CallSamples } from "./handler-time/sdk-calls.ts";
import type { BenchRow } from "./row.ts";
import { percentile } from "./timing.ts";

/** Of each kind of event, at the beginning: compiled code and connections are there after them. */
const COLD = 0.25;
const SUBMISSIONS = 2_000;
/** Their messages come ten at a time. */
const BATCHES = 3;
const BATCH = 1_000;
const AUTHORIZATIONS = 2_000;
const US_PER_MS = 1_000;
const here = (path: string): URL => new URL(path, import.meta.url);

interface Sample {
  /** Messages of an event; 1 for other events. */
  readonly records: number;
  /** Microseconds. */
  readonly spent: number;
}

/** What a handler did, and how long it should take. */
interface Measured {
  readonly name: string;
  readonly goal: number;
  /** Calls of AWS that it makes for each event, or message. */
  readonly calls: number;
  readonly samples: readonly Sample[];
}

export async function benchHandlerTime(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const assembly = await Assembly.synthesize({ LOG_FORMAT: "json", LOG_LEVEL: "ERROR" });
  try {
    await assembly.setEnvironment({
      HANDLER_TIME_DIR: folder,
      NODE_OPTIONS: `--import ${pathToFileURL(here("./handler-time/watch.mjs").pathname)}`,
    });
    const stack = await startStack({ assembly: assembly.directory });
    let bare: CallSamples;
    try {
      await work(stack);
      bare = await sdkCalls(stack);
    } finally {
      // What a function has measured is written when its process ends.
      await stack.stop();
    }
    const samples = await readSamples(folder);
    const measured = [
      { name: "submit", function: "api", goal: 0.5, calls: 2 },
      { name: "run a job", function: "default", goal: 0.3, calls: 3 },
      { name: "run ten jobs, each", function: "default", records: 10, goal: 0.3, calls: 2.1 },
      { name: "authorize", function: "authorizer", goal: 0.1, calls: 0 },
    ].map(({ function: own, records = 1, ...each }) => ({
      ...each,
      samples: samples.get(own)?.filter((sample) => sample.records === records) ?? [],
    }));
    return rowsOf(measured, bare);
  } finally {
    await Promise.all([assembly.remove(), rm(folder, { recursive: true })]);
  }
}

async function work(stack: Stack): Promise<void> {
  const client = createClient({ url: stack.url, apiKey: stack.apiKey });
  let last = "";
  for (let job = 0; job < SUBMISSIONS; job++) last = (await client.submit("health_check", { echo: job })).task_id;
  await client.wait(last);
  const inputs = Array.from({ length: BATCH }, (_, echo) => ({ echo }));
  for (let batch = 0; batch < BATCHES; batch++) {
    await client.batches.wait((await client.batches.submit({ task_name: "health_check", inputs })).batch_id);
  }
  const authorizer = stack.functions("authorizer");
  const authorization = `Bearer ${stack.apiKey}`;
  const event = { version: "2.0", type: "REQUEST", identitySource: [authorization], headers: { authorization } };
  for (let call = 0; call < AUTHORIZATIONS; call++) {
    const outcome = await authorizer.invoke(event);
    if (!outcome.ok || !outcome.payload.includes('"isAuthorized":true')) throw new Error(JSON.stringify(outcome));
  }
}

async function sdkCalls({ endpoints, resources }: Stack): Promise<CallSamples> {
  const [jobs] = resources("AWS::DynamoDB::GlobalTable").concat(resources("AWS::DynamoDB::Table"));
  const thread = new Worker(here("./handler-time/sdk-calls.ts"), {
    workerData: {
      config: endpoints.dynamodb,
      get: { TableName: jobs?.ref, Key: { [table.partitionKey]: "none", [table.sortKey]: "none" } },
      count: SUBMISSIONS,
    },
  });
  const [samples] = (await once(thread, "message")) as [CallSamples];
  return samples;
}

async function readSamples(folder: string): Promise<Map<string, readonly Sample[]>> {
  const found = new Map<string, readonly Sample[]>();
  for (const name of await readdir(folder)) {
    const lines = (await readFile(join(folder, name), "utf8")).trim().split("\n");
    const own = name.replace(/^sluice-local-|\.jsonl$/g, "");
    found.set(
      own,
      lines.filter(Boolean).map((line) => JSON.parse(line) as Sample),
    );
  }
  return found;
}

function rowsOf(measured: readonly Measured[], bare: CallSamples): BenchRow[] {
  const warm = <Item>(items: readonly Item[]) => items.slice(Math.floor(items.length * COLD));
  const median = (samples: readonly number[]) => percentile(warm(samples), 0.5) / US_PER_MS;
  const call = median(bare.sdk);
  const rows = measured.flatMap(({ name, goal, calls, samples }) => {
    const times = warm(samples).map(({ records, spent }) => spent / records / US_PER_MS);
    const typical = percentile(times, 0.5);
    const note = `${typical <= goal ? "met" : "MISSED"}: at most ${goal} ms; ${calls} calls by the SDK alone take ${(calls * call).toFixed(2)}`;
    return [
      { name: `${name}, p50`, value: typical, unit: "ms", ratio: typical / call, note },
      {
        name: `${name}, p99`,
        value: percentile(times, 0.99),
        unit: "ms",
        ratio: percentile(times, 0.99) / call,
        note: "",
      },
    ];
  });
  const bareRow = (name: string, value: number, note: string) => ({
    name,
    value,
    unit: "ms",
    ratio: value / call,
    note,
  });
  return [
    bareRow("a call by the SDK alone, p50", call, "of DynamoDB"),
    bareRow("by a lean client (aws4), p50", median(bare.lean), "signs and parses; no retries, checks or telemetry"),
    bareRow("by node:http alone, p50", median(bare.http), "signed before: what no client is below"),
    ...rows,
  ];
}

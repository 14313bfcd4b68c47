/**
 * Listing, search, statistics and the sweep over many records beside the same over few: time, read units and calls of DynamoDB. Units and
 * calls do not depend on the machine. `RECORDS` says how many, a million by default.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, type BatchWriteCommandInput, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createClient } from "../client/index.ts";
import { table } from "../contracts/resources.ts";
import { API_PREFIX } from "../contracts/routes/define-route.ts";
import type { AwsCall } from "../local/services/observed-calls.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { headKey, listPartition, listSort } from "../shared/engine/table/addresses.ts";
import type { Item } from "../shared/engine/table/table.ts";
import { servicesOf } from "../tests/helpers/stack-services.ts";
import { writeJobs } from "../tests/helpers/write-jobs.ts";
import type { BenchRow } from "./row.ts";
import { percentile, timed } from "./timing.ts";

const RECORDS = Number(process.env.RECORDS ?? 1_000_000);
const FEW = 1_000;
const ROUNDS = 20;
/** Items that one batch writes, and batches at once. */
const A_BATCH = 25;
const AT_ONCE = 8;
const TENANT = "archive";
/** One of so many jobs has failed, and one of so many has a batch of its own. */
const EACH_FAILED = 1_000;
/** Between two jobs. */
const STEP_MS = 50;

/** What is asked, and how. */
const questions: Readonly<Record<string, string>> = {
  "the latest 50 jobs": `/jobs?project_id=${TENANT}&limit=50`,
  "50 of one day in the middle": "",
  "50 failed jobs": `/jobs?project_id=${TENANT}&status=FAILURE&limit=50`,
  "a page of a search for a word": `/jobs?project_id=${TENANT}&q=needle&limit=50`,
  "one job": "",
  "statistics of a day": "/runs/history",
  "what waits and runs": "/tasks/summary",
  "queues and dead letters": "/queues?dead_letters=true",
};

interface Answered {
  readonly ms: number;
  readonly readUnits: number;
  readonly calls: number;
}

export async function benchRecords(): Promise<BenchRow[]> {
  const calls: AwsCall[] = [];
  const stack = await startStack({
    env: { LOG_LEVEL: "ERROR" },
    observe: (call) => {
      if (call.caller?.endsWith("-api") && call.service === "dynamodb") calls.push(call);
    },
  });
  try {
    const now = Date.now();
    const { store } = servicesOf(stack);
    await writeJobs(store, { tenant: TENANT, count: 1, from: now });
    const template = await store.table.get(headKey(`00000000-${TENANT}-0`));
    if (!template) throw new Error("The first record was not written.");
    const from = now - RECORDS * STEP_MS;
    const ids: string[] = [];
    const write = (count: number) =>
      writeRecords(stack, count, () => recordOf(template, from + ids.length * STEP_MS, ids));
    await write(FEW);
    const few = await ask(stack, { calls, from, id: ids[FEW / 2] ?? "" });
    const began = performance.now();
    await write(RECORDS - FEW);
    const seconds = (performance.now() - began) / 1_000;
    const many = await ask(stack, { calls, from: from + (RECORDS / 2) * STEP_MS, id: ids[RECORDS / 2] ?? "" });
    return [
      {
        name: `${RECORDS.toLocaleString("en")} records written`,
        value: (RECORDS - FEW) / seconds,
        unit: "records/s",
        ratio: null,
        note: "in batches of 25, past the API",
      },
      ...[...many].map(([name, { ms, readUnits, calls: asked }]) => {
        const before = few.get(name);
        return {
          name,
          value: ms,
          unit: "ms, p50",
          ratio: ms / (before?.ms ?? Number.NaN),
          note: `by that over ${FEW.toLocaleString("en")}; ${readUnits} read units in ${asked} calls, ${before?.readUnits} in ${before?.calls} before`,
        };
      }),
    ];
  } finally {
    await stack.stop(0);
  }
}

/** A record like the first, made at that time; its id is added. */
function recordOf(template: Item, at: number, ids: string[]): Item {
  const id = randomUUID();
  const index = ids.push(id);
  const hasFailed = index % EACH_FAILED === 0;
  return {
    ...template,
    ...headKey(id),
    created_at: at,
    [table.listIndex.partitionKey]: listPartition(TENANT, id),
    [table.listIndex.sortKey]: listSort(at, id),
    ...(hasFailed && {
      status: "FAILURE",
      finished_at: at + STEP_MS,
      error: { type: "OddError", message: "a needle in the hay", retryable: false },
    }),
  };
}

type Requests = NonNullable<BatchWriteCommandInput["RequestItems"]>[string];

async function writeRecords(stack: Stack, count: number, next: () => Item): Promise<void> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(stack.endpoints.dynamodb));
  const name = servicesOf(stack).store.table.name;
  let left = count;
  const writer = async () => {
    while (left > 0) {
      const size = Math.min(A_BATCH, left);
      left -= size;
      let requests: Requests = Array.from({ length: size }, () => ({ PutRequest: { Item: next() } }));
      while (requests.length > 0) {
        const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [name]: requests } }));
        requests = UnprocessedItems?.[name] ?? [];
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writer));
  client.destroy();
}

async function ask(
  { url, apiKey }: Stack,
  { calls, from, id }: { readonly calls: AwsCall[]; readonly from: number; readonly id: string },
): Promise<Map<string, Answered>> {
  const day = new URLSearchParams({
    project_id: TENANT,
    limit: "50",
    created_after: new Date(from).toISOString(),
    created_before: new Date(from + 86_400_000).toISOString(),
  });
  const paths = { ...questions, "50 of one day in the middle": `/jobs?${day}`, "one job": `/jobs/${id}` };
  await createClient({ url, apiKey }).jobs.get(id);
  const answers = new Map<string, Answered>();
  for (const [name, path] of Object.entries(paths)) {
    const times: number[] = [];
    calls.length = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const response = await timed(times, async () => {
        const answer = await fetch(`${url}${API_PREFIX}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
        await answer.text();
        return answer;
      });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
    }
    const readUnits = calls.reduce((sum, call) => sum + call.readUnits, 0) / ROUNDS;
    answers.set(name, { ms: percentile(times, 0.5), readUnits, calls: calls.length / ROUNDS });
  }
  return answers;
}

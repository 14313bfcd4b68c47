/**
 * What a job asks of AWS, counted at the wire of the embedded stack: calls, bytes, capacity units, and what AWS takes for them.
 * Counts do not depend on the machine.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "../client/index.ts";
import type { AwsCall } from "../local/services/observed-calls.ts";
import { startStack } from "../local/stack.ts";
import { prices } from "../scripts/costs/prices.ts";
import { startLlmServer } from "../tests/helpers/llm-server.ts";
import { startWebhookReceiver } from "../tests/helpers/webhook-receiver.ts";
import type { BenchRow } from "./row.ts";
import { percentile } from "./timing.ts";

const ROUNDS = 3;
const BATCH = 1_000;
const LARGE = 100_000;
/** Longer than what is between two calls of one path: the wait before another attempt is the longest. */
const QUIET_MS = 2_500;
/** Until calls that were answered are told of. */
const TOLD_MS = 200;
const BACKOFF_SECONDS = 1;
/** Of a small task: 3 of the record, 1 of the list, 2 of the work index. */
const GOAL_UNITS = 6;
const KB = 1_024;

/** Bytes that SQS bills as one request. */
const SQS_CHUNK = 64 * KB;

/** Something that is counted. */
interface Path {
  readonly name: string;
  /** Jobs that it submits; the callback's own is not counted. */
  readonly jobs: number;
  /** @returns what asks whether all became what they should */
  submit(client: Client): Promise<() => Promise<boolean>>;
}

/** A path whose calls were counted: each round's, of all its jobs. */
interface Counted {
  readonly path: Path;
  readonly rounds: readonly (readonly AwsCall[])[];
}

type Submitted = Awaited<ReturnType<Client["submit"]>>;

const single = (submit: (client: Client) => Promise<Submitted>, outcome = "SUCCESS") => ({
  jobs: 1,
  async submit(client: Client) {
    const job = await submit(client);
    return async () => (await client.wait(job)).status === outcome;
  },
});
const healthCheck = (options: Parameters<Client["submit"]>[2] = {}, echo = "x") =>
  single((client) => client.submit("health_check", { echo }, options));
const ask = (before = () => {}, outcome = "SUCCESS") =>
  single((client) => {
    before();
    return client.submit("llm_call", { query: "How are you?" });
  }, outcome);

/** @param answers makes the model's next answer one that is tried again, or final */
const pathsOf = (webhook: string, answers: { tryAgain(): void; refuse(): void }): readonly Path[] => [
  { name: "small task", ...healthCheck() },
  { name: "with a tag", ...healthCheck({ tags: { order: "4711" } }) },
  { name: "with expires_in", ...healthCheck({ expires_in: 3_600 }) },
  { name: `${LARGE / 1_000} KB in and out`, ...healthCheck({}, randomBytes(LARGE / 2).toString("hex")) },
  { name: "with a webhook", ...healthCheck({ callback_url: webhook }) },
  { name: "of a model, with its tokens", ...ask() },
  { name: "same, with a retry", ...ask(answers.tryAgain) },
  { name: "same, failed for good", ...ask(answers.refuse, "FAILURE") },
  {
    name: `of a batch of ${BATCH}`,
    jobs: BATCH,
    async submit(client) {
      const inputs = Array.from({ length: BATCH }, () => ({ echo: "x" }));
      const { batch_id } = await client.batches.submit({ task_name: "health_check", inputs });
      return async () => (await client.batches.get(batch_id)).counts.SUCCESS === BATCH;
    },
  },
];

/** Calls of the housekeeping, which no job makes, and of polls that got nothing, which docs/costs.md has under "Idle". */
const isOfJobs = ({ caller, operation, received }: AwsCall): boolean =>
  caller === undefined
    ? (operation === "ReceiveMessage" && received > EMPTY_ANSWER) || operation.startsWith("DeleteMessage")
    : !/sweeper|schedul|monitoring/.test(caller);
const EMPTY_ANSWER = 64;

export async function benchCalls(): Promise<BenchRow[]> {
  await using model = await startLlmServer();
  await using receiver = await startWebhookReceiver();
  const calls: AwsCall[] = [];
  let lastAt = performance.now();
  const stack = await startStack({
    env: {
      ...model.settings,
      LOG_LEVEL: "ERROR",
      WEBHOOK_ALLOW_LOOPBACK: "true",
      TASK_RETRY_BACKOFF: String(BACKOFF_SECONDS),
    },
    observe(call) {
      if (!isOfJobs(call)) return;
      calls.push(call);
      lastAt = performance.now();
    },
  });
  const quiet = async (): Promise<void> => {
    lastAt = performance.now();
    while (performance.now() - lastAt < QUIET_MS) await sleep(100);
  };
  try {
    const client = createClient({ url: stack.url, apiKey: stack.apiKey });
    const paths = pathsOf(receiver.url, {
      tryAgain: () => model.next({ kind: "status", status: 409 }),
      refuse: () => model.next({ kind: "status", status: 400 }),
    });
    const counted: Counted[] = [];
    for (const path of paths) counted.push({ path, rounds: await countPath(path, { client, calls, quiet }) });
    return rowsOf(counted);
  } finally {
    await stack.stop(0);
  }
}

/** Runs a path once without counting, so that functions are warm, then as often as it is counted. */
async function countPath(
  path: Path,
  { client, calls, quiet }: { readonly client: Client; readonly calls: AwsCall[]; quiet(): Promise<void> },
): Promise<readonly (readonly AwsCall[])[]> {
  const rounds: (readonly AwsCall[])[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    calls.length = 0;
    const isDone = await path.submit(client);
    await quiet();
    rounds.push(calls.splice(0));
    if (!(await isDone())) throw new Error(`${path.name}: not every job became what it should.`);
    await sleep(TOLD_MS);
  }
  return rounds.slice(1);
}

/** The sum over calls, by job: the median of the rounds. */
const perJob = ({ path, rounds }: Counted, of: (call: AwsCall) => number): number =>
  percentile(
    rounds.map((calls) => calls.reduce((sum, call) => sum + of(call), 0)),
    0.5,
  ) / path.jobs;

const inSqs = ({ service, sent, received }: AwsCall): number =>
  service === "sqs" ? Math.max(1, Math.ceil(Math.max(sent, received) / SQS_CHUNK)) : 0;
const isS3Write = ({ service, operation }: AwsCall): boolean => service === "s3" && /^P/.test(operation);
const priceOf = (call: AwsCall): number =>
  call.writeUnits * prices.writeUnit.amount +
  call.readUnits * prices.readUnit.amount +
  inSqs(call) * prices.sqs.amount +
  (call.service === "s3" ? (isS3Write(call) ? prices.s3Write.amount : prices.s3Read.amount) : 0);

/** Who made which calls, such as "api PutItem, SendMessage; default 3 UpdateItem". */
function inWords({ path, rounds }: Counted): string {
  const counts = new Map<string, Map<string, number>>();
  for (const { caller, operation } of rounds.at(-1) ?? []) {
    const name = caller?.replace(/^sluice-local-/, "") ?? "Lambda";
    const own = counts.get(name) ?? new Map<string, number>();
    counts.set(name, own.set(operation, (own.get(operation) ?? 0) + 1));
  }
  const times = (count: number): string => (count === path.jobs ? "" : `${Number((count / path.jobs).toFixed(3))} `);
  return [...counts]
    .map(([name, own]) => `${name} ${[...own].map(([operation, count]) => times(count) + operation).join(", ")}`)
    .join("; ");
}

/** What is counted of a call. */
export const figuresOf: readonly (readonly [name: string, unit: string, of: (call: AwsCall) => number])[] = [
  ["calls", "calls", () => 1],
  ["written", "write units", ({ writeUnits }) => writeUnits],
  ["read", "read units", ({ readUnits }) => readUnits],
  ["queued", "SQS requests", inSqs],
  ["at the wire", "KB", ({ sent, received }) => (sent + received) / KB],
  ["price of these calls", "$ a million", priceOf],
];

function rowsOf(counted: readonly Counted[]): BenchRow[] {
  const [small] = counted;
  return counted.flatMap((each) =>
    figuresOf.map(([figure, unit, of]) => {
      const value = perJob(each, of);
      const least = small ? perJob(small, of) : 0;
      const goal =
        each === small && unit === "write units"
          ? `${value <= GOAL_UNITS ? "met" : "MISSED"}: at most ${GOAL_UNITS}`
          : "";
      return {
        name: `${each.path.name}: ${figure}`,
        value,
        unit,
        ratio: each === small || least === 0 ? null : value / least,
        note: figure === "calls" ? inWords(each) : goal,
      };
    }),
  );
}

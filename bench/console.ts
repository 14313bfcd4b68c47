/**
 * What a refresh of each page of the console asks of AWS, counted at the wire of the embedded stack, for lists of 50. Counts do
 * not depend on the machine.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { AwsCall } from "../local/services/observed-calls.ts";
import { type ConsolePage, consolePages } from "../scripts/costs/console-pages.ts";
import { fillConsole, withIds } from "../tests/helpers/console-records.ts";
import { startTestStack, type TestStack } from "../tests/helpers/stack.ts";
import { startWebhookReceiver } from "../tests/helpers/webhook-receiver.ts";
import { figuresOf } from "./calls.ts";
import type { BenchRow } from "./row.ts";
import { percentile } from "./timing.ts";

const ROUNDS = 3;
/** Until calls that were answered are told of. */
const TOLD_MS = 200;
const AMOUNTS = { records: 50, waiting: 1_000, spenders: 10 };

export async function benchConsole(): Promise<BenchRow[]> {
  await using receiver = await startWebhookReceiver();
  const calls: AwsCall[] = [];
  await using test = await startTestStack({
    env: { LOG_LEVEL: "ERROR", WEBHOOK_ALLOW_LOOPBACK: "true" },
    observe(call) {
      if (call.caller?.endsWith("-api")) calls.push(call);
    },
  });
  const ids = await fillConsole({ test, receiver: receiver.url }, AMOUNTS);
  const rows: BenchRow[] = [];
  for (const page of consolePages) {
    const rounds: AwsCall[][] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await ask(test, page, { ids, calls }));
    rows.push(...rowsOf(page, rounds));
  }
  return rows;
}

async function ask(
  test: TestStack,
  { request }: ConsolePage,
  { ids, calls }: { readonly ids: Readonly<Record<string, string>>; readonly calls: AwsCall[] },
): Promise<AwsCall[]> {
  await sleep(TOLD_MS);
  calls.length = 0;
  // What is counted is an answer of its own.
  const { status } = await test.request(withIds(request, ids).replace(/&max_age=\d+/, ""));
  if (status !== 200) throw new Error(`${request}: ${status}`);
  await sleep(TOLD_MS);
  return calls.splice(0);
}

const rowsOf = ({ name }: ConsolePage, rounds: readonly (readonly AwsCall[])[]): BenchRow[] =>
  figuresOf.map(([figure, unit, of]) => ({
    name: `${name}: ${figure}`,
    value: percentile(
      rounds.map((calls) => calls.reduce((sum, call) => sum + of(call), 0)),
      0.5,
    ),
    unit,
    ratio: null,
    note: figure === "calls" ? [...new Set(rounds[0]?.map(({ operation }) => operation))].join(", ") : "",
  }));

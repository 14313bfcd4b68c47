/**
 * Records for every page of the console, by the names that scripts/costs/console-pages.ts has for them. The project `busy` has
 * what is not over: there, pages ask more often.
 *
 * @module
 */

import { z } from "zod";
import { bookUsage } from "../../shared/engine/limits/usage.ts";
import { childKey } from "../../shared/engine/table/addresses.ts";
import { eventually } from "./eventually.ts";
import type { TestStack } from "./stack.ts";
import { servicesOf } from "./stack-services.ts";

const DAY_MS = 86_400_000;
/** Longer than what counts them takes. */
const LATER_SECONDS = 3_600;
const PARTS = 12;
const A_BATCH = 100;

interface Amounts {
  /** Of each kind of record. */
  readonly records: number;
  /** Jobs that wait, beside them. */
  readonly waiting: number;
  /** Projects that used tokens on each of the last 30 days. */
  readonly spenders: number;
}

/** A stack with webhooks, and the URL of a server that takes them. */
interface Filled {
  readonly test: TestStack;
  readonly receiver: string;
}

/** @returns ids by name */
export async function fillConsole(
  { test, receiver }: Filled,
  { records, waiting, spenders }: Amounts,
): Promise<Readonly<Record<string, string>>> {
  const make = async (path: string, body: unknown, field: string): Promise<string> => {
    const answer = await test.post(path, body);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return z
      .looseObject({ [field]: z.string() })
      .transform((made) => String(made[field]))
      .parse(await answer.json());
  };
  /** As many as there are to be, a few at once. @returns the first's id */
  const makeEach = async (one: (index: number) => Promise<string>): Promise<string> => {
    const [first = ""] = [await one(0)];
    for (let made = 1; made < records; made += PARTS) {
      await Promise.all(Array.from({ length: Math.min(PARTS, records - made) }, (_, part) => one(made + part)));
    }
    return first;
  };
  const text = "Acoustic sensors find leaks in old water pipes within days.";
  const inputs = (count: number) => Array.from({ length: count }, (_, part) => ({ text: `${text} Part ${part}.` }));
  const batch = (count: number, more: object = {}) =>
    make("/batches", { task_name: "keywords", inputs: inputs(count), ...more }, "batch_id");

  await test.post("/webhooks/secrets", {});
  const job = await makeEach(() => test.submit("health_check", {}, { callback_url: receiver }));
  const ended = await makeEach(() => batch(1));
  const failing = { request: "Two beds", schema: { type: "object", required: ["x"] } };
  const failed = await make("/batches", { task_name: "normalize", inputs: Array(records).fill(failing) }, "batch_id");
  const escalated = await makeEach((index) =>
    test.submit("escalate", { subject: `Translation ${index}`, reason: "The reviewer and the model disagree." }),
  );
  await makeEach(async (index) => {
    const body = `${text} Document ${index}.`;
    const headers = { "content-type": "application/octet-stream" };
    const answer = await test.request(`/documents/upload?file_name=leaks-${index}.txt`, {
      method: "POST",
      headers,
      body,
    });
    return z.object({ id: z.string() }).parse(await answer.json()).id;
  });
  await makeEach((index) => make("/projects", { name: `Pipes ${index}`, description: text }, "id"));
  await makeEach(() => make("/schedules", { task_name: "keywords", input: { text }, rate: "1 day" }, "schedule_id"));
  const config = await makeEach((index) => make("/llm/configs", { id: `config-${index}`, provider: "embedded" }, "id"));
  await makeEach((index) => make("/keys", { name: `Import ${index}` }, "key_id"));

  const { result } = await test.waitFor(escalated);
  const { escalation_id: escalation } = z.object({ escalation_id: z.string() }).parse(result);
  const isOver = async (path: string, isDone: RegExp) => {
    const said = await (await test.request(path)).text();
    return isDone.test(said) && !/"(?:PENDING|STARTED|RETRY|pending)"/.test(said.replaceAll(/"counts":\{.*?\}/g, ""));
  };
  await test.waitFor(job);
  for (const [path, isDone] of [
    [`/batches/${ended}`, /"ready":true/],
    [`/batches/${failed}`, /"ready":true/],
    ["/documents?limit=50", /completed/],
    ["/projects?limit=50", /completed/],
    ["/webhooks/deliveries?limit=50", /SUCCESS/],
    ["/jobs?limit=100", /SUCCESS/],
  ] as const) {
    await eventually(`${path} is over`, async () => (await isOver(path, isDone)) || undefined, 300);
  }

  // What is not over.
  const later = { delay_seconds: LATER_SECONDS };
  const waitingJob = await test.submit("keywords", { text }, later);
  const openBatch = await batch(1, { ...later, project_id: "busy" });
  // Few enough for one request each, on a busy machine too.
  for (let made = 0; made < waiting; made += A_BATCH) await batch(A_BATCH, { ...later, project_id: "busy" });
  const file = { file_name: "never.txt", content_type: "text/plain", size: 5 };
  const unread = await make("/documents?project_id=busy", file, "id");
  await test.post("/queues/embedding/pause", {});
  const pending = await make("/projects?project_id=busy", { name: "Pipes", description: text }, "id");

  const { store } = servicesOf(test.stack);
  const parent = await test.submit("health_check", {});
  await test.waitFor(parent);
  const ttl = Math.floor(Date.now() / 1_000) + LATER_SECONDS;
  await store.table.put({ ...childKey(parent, waitingJob), ttl });
  const tokens = [{ model: "qwen3", prompt_tokens: 900, completion_tokens: 100, total_tokens: 1_000 }];
  for (let spender = 0; spender < spenders; spender++) {
    for (let day = 0; day < 30; day++) {
      const at = { tenant: spender === 0 ? "default" : `project-${spender}`, now: Date.now() - day * DAY_MS };
      await bookUsage(store.table, at, tokens);
    }
  }
  return { job, waiting: waitingJob, parent, batch: ended, openBatch, escalation, unread, pending, config };
}

/** An address or a request with ids in place of their names. */
export const withIds = (template: string, ids: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`There is no ${name}.`);
    return id;
  });

/**
 * Projects on the embedded stack: the routes, then embedding from the HTTP request to the stored vector. The embedder
 * is the embedded one, which takes about 0.1 ms a text: what is measured is everything around it.
 *
 * @module
 */

import { type Client, createClient } from "../client/index.ts";
import type { Job } from "../contracts/jobs/wire.ts";
import { startStack } from "../local/stack.ts";
import type { BenchRow } from "./row.ts";
import { percentile, timed } from "./timing.ts";

const SINGLE = 60;
const PROJECTS = 500;
const WARM_UP = 64;
const CALLERS = 16;
const BATCH = 1_000;

/** What the system that this one replaces claimed, for the same steps. */
const claimed = { create: 8, update: 15, remove: 5, perSecond: 60 } as const;

const subjects = ["water pipes that leak", "invoices of suppliers", "solar panels on roofs", "shifts in hospitals"];
const places = ["in a harbour town", "for a hill village", "with two schools", "at the old station", "by night"];

/** Sixty words, different for each number. */
const describe = (n: number): string =>
  `Project ${n} is about ${subjects[n % 4]} ${places[n % 5]}. `.concat(
    `People from ${n % 37} streets bring what they know, sensors send figures every ${(n % 9) + 2} minutes, and a small `,
    `team looks after it for ${(n % 5) + 1} years. The aim is to need half of the energy, to waste nothing that can be `,
    `mended, and to write down what was learnt so that others need not begin again.`,
  );

export async function benchEmbeddings(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { LOG_LEVEL: "ERROR" } });
  try {
    const client = createClient({ url: stack.url, apiKey: stack.apiKey });
    await client.run("generate_project_embedding", { project_id: "warm", description: "warm" });
    return [...(await benchRoutes(client, stack.url)), ...(await benchThroughput(client))];
  } finally {
    await stack.stop(0);
  }
}

async function benchRoutes(client: Client, url: string): Promise<BenchRow[]> {
  const times = { health: [], submit: [], create: [], update: [], search: [], remove: [] } satisfies Record<
    string,
    number[]
  >;
  const { health, submit, create, update, search, remove }: Record<keyof typeof times, number[]> = times;
  for (let n = 0; n < SINGLE; n++) {
    // In turns, so that a busy moment of the machine hits all alike; each after the jobs of the one before.
    await timed(health, () => fetch(`${url}/health`).then((response) => response.text()));
    let noop = { task_id: "" };
    await timed(submit, async () => {
      noop = await client.submit("health_check", { echo: n });
    });
    await client.wait(noop.task_id, { timeout: 60_000 });
    let job = { id: "", task_id: "" };
    await timed(create, async () => {
      job = await client.call("POST /api/v1/projects", { body: { description: describe(n) } });
    });
    await client.wait(job.task_id, { timeout: 60_000 });
    const params = { project_id: job.id };
    await timed(update, async () => {
      const body = { description: describe(n + SINGLE) };
      job = await client.call("PUT /api/v1/projects/{project_id}", { params, body });
    });
    await client.wait(job.task_id, { timeout: 60_000 });
    await timed(search, () => client.call("POST /api/v1/projects/search", { body: { query: "solar roofs" } }));
    await timed(remove, async () => {
      job = await client.call("DELETE /api/v1/projects/{project_id}", { params });
    });
    await client.wait(job.task_id, { timeout: 60_000 });
  }
  const base = percentile(health, 0.5);
  const row = (name: string, values: readonly number[], claim?: number): BenchRow => {
    const value = percentile(values, 0.5);
    const note = claim === undefined ? "" : `the replaced system claimed ${claim} ms`;
    return { name, value, unit: "ms", ratio: value / base, note };
  };
  return [
    { ...row("GET /health, p50", health), note: "gateway and API function alone; the ratios are to this" },
    { ...row("POST /tasks/health_check, p50", submit), note: "a job alone, without a project" },
    row("POST /projects, p50", create, claimed.create),
    row("PUT /projects/{id}, new text, p50", update, claimed.update),
    row("DELETE /projects/{id}, p50", remove, claimed.remove),
    row("POST /projects/search, p50", search),
  ];
}

/** Texts a second from the first of these jobs' submission to the end of the last, by the jobs' own records. */
async function rate(client: Client, count: number, submit: (n: number) => Promise<{ task_id: string }>) {
  const jobs: string[] = [];
  const submitAll = async (_: unknown, caller: number) => {
    for (let n = caller; n < count; n += CALLERS) jobs.push((await submit(n)).task_id);
  };
  await Promise.all(Array.from({ length: CALLERS }, submitAll));
  const done: Job[] = [];
  for (const id of jobs) done.push(await client.wait(id, { timeout: 300_000 }));
  const failed = done.find((job) => !job.successful);
  if (failed) throw new Error(`Job ${failed.task_id} is ${failed.status}: ${failed.error?.message}`);
  const begun = Math.min(...done.map((job) => Date.parse(job.created_at)));
  const ended = Math.max(...done.map((job) => Date.parse(job.finished_at ?? "")));
  return (count * 1_000) / (ended - begun);
}

async function benchThroughput(client: Client): Promise<BenchRow[]> {
  const create = (n: number) => client.call("POST /api/v1/projects", { body: { description: describe(n) } });
  const noop = (n: number) => client.submit("health_check", { echo: n });
  // Processes start at the first burst, as on any machine that was idle.
  const cold = await rate(client, WARM_UP, create);
  await rate(client, WARM_UP, noop);
  const [jobs, single] = [await rate(client, PROJECTS, noop), await rate(client, PROJECTS, create)];
  const items = Array.from({ length: BATCH }, (_, n) => ({ project_id: `bench-${n}`, description: describe(n) }));
  const batch = BATCH * (await rate(client, 1, () => client.submit("batch_generate_embeddings", { items })));

  const claim = `ratio to the ${claimed.perSecond}/s that the replaced system claimed at best`;
  const row = (name: string, value: number, note: string): BenchRow => {
    return { name, value, unit: "texts/s", ratio: value / claimed.perSecond, note };
  };
  return [
    row("POST /projects to vector, one job each", single, `${CALLERS} callers; ${claim}`),
    row("the same, its first burst", cold, `${WARM_UP} projects while processes start`),
    row("batch_generate_embeddings, one job", batch, `${BATCH} items`),
    {
      name: "jobs that do nothing, the same way",
      value: jobs,
      unit: "jobs/s",
      ratio: null,
      note: "what the machine can",
    },
  ];
}

/**
 * A run with faults: jobs of many kinds are submitted while calls fail, processes die, clocks differ, the model server is
 * away and the whole stack is killed; then nothing goes wrong any more, and what is left is examined.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { deadLetterListSchema } from "../../contracts/dead-letters/dead-letters.ts";
import { batchSchema } from "../../contracts/jobs/batches.ts";
import { jobListSchema } from "../../contracts/jobs/list.ts";
import { isReady } from "../../contracts/jobs/states.ts";
import { acceptedSchema } from "../../contracts/jobs/submit.ts";
import { resultSchema } from "../../contracts/jobs/wire.ts";
import { queuesSchema } from "../../contracts/monitoring/operations.ts";
import { createdKeySchema } from "../../contracts/routes/keys.ts";
import { type Accepted, type Ended, examine, type History, type Plant } from "./chaos-checks.ts";
import { asksTwice, planned } from "./chaos-mix.ts";
import { ChaosSchedules } from "./chaos-schedules.ts";
import { ChaosStack, rates, SWEEP } from "./chaos-stack.ts";
import { OutcomeWatch } from "./chaos-watch.ts";
import { request, type Target } from "./job-client.ts";
import { startLlmServer } from "./llm-server.ts";
import { startWebhookReceiver } from "./webhook-receiver.ts";

const CALLERS = 8;
/** A caller that gets no answer asks again. */
const AGAIN_MS = 300;
const ANSWER_MS = 40_000;
/** Copies of messages come up to 8 s late. */
const LATE_MS = 10_000;
/** A message whose job has failed is invisible for 90 s after each receive, and dead after seven of them. */
const SETTLE_SECONDS = 7 * 90;
const PROJECT = "chaos";
/** The queues of the jobs. */
const QUEUES = ["default", "summarize", "rewrite"];
/** Their tasks; the webhooks' deliveries are jobs as well. */
const TASKS = ["health_check", "summarize", "rewrite_content"];
/** Each has a job a minute. */
const SCHEDULES = 3;

/** Jobs that checks found something wrong with are read again, so many at most. */
const LOOKED_INTO = 40;

/** What a run was, and what it took. */
export interface ChaosRun {
  readonly history: History;
  /** Of jobs that checks found something wrong with: what the API says of them, with their events, and their runs. */
  readonly evidence: readonly string[];
  readonly facts: {
    readonly jobs: number;
    /** Jobs that long jobs have submitted, and those of schedules. */
    readonly jobsOfJobs: number;
    readonly jobsOfSchedules: number;
    /** How often all outcomes were looked at while things went wrong. */
    readonly looks: number;
    readonly faults: Readonly<Record<string, number>>;
    readonly stackKills: number;
    readonly workerKills: number;
    readonly modelOutages: number;
    readonly repeatedSubmits: number;
    readonly runs: number;
    /** Jobs that were run more than once before their end. */
    readonly runAgain: number;
    readonly seconds: number;
    /** From the last fault to the last outcome. */
    readonly recoverySeconds: number;
    /** From each kill of a worker to the next run of the job that it ran, in seconds, the shortest first. */
    readonly recoveries: readonly number[];
    /** Resident memory of the stack's own process, in MB, at the end. */
    readonly memoryMb: number | undefined;
  };
}

/** What a run is made of. */
export interface ChaosPlan {
  readonly jobs: number;
  readonly plant?: Plant;
  /** After so many seconds without one more outcome, what has none will not get one. @default 300 */
  readonly stillSeconds?: number;
  /** Is told what happens. */
  readonly tell?: (line: string) => void;
}

interface Expected {
  readonly status: number;
  /** An earlier request whose answer was lost may have done it. */
  readonly orStatus?: number;
}

/** Repeats a request until it is answered in the way that it should be. */
async function insist(target: () => Target, route: string, given: Parameters<typeof request>[2] & Expected) {
  for (let calls = 1; ; calls++) {
    const response = await requestWithin(target(), route, given).catch(() => undefined);
    if (response && [given.status, given.orStatus].includes(response.status)) {
      const answer: unknown = await response.json().catch(() => undefined);
      if (answer !== undefined) return { answer, calls };
    } else if (response && response.status < 500 && response.status !== 429) {
      throw new Error(`${route} was answered ${response.status} ${await response.text()}`);
    }
    await sleep(AGAIN_MS);
  }
}

async function requestWithin(...args: Parameters<typeof request>): Promise<Response> {
  const late = sleep(ANSWER_MS, undefined, { ref: false }).then(() => {
    throw new Error("no answer");
  });
  return await Promise.race([request(...args), late]);
}

/** Runs a plan, and gathers what it leaves. */
export async function runChaos({ jobs, plant, stillSeconds = 300, tell = () => {} }: ChaosPlan): Promise<ChaosRun> {
  const began = performance.now();
  await using receiver = await startWebhookReceiver();
  await using model = await startLlmServer();
  await using stack = await ChaosStack.start({
    settings: { ...model.settings, WEBHOOK_ALLOW_HTTP: "true", WEBHOOK_ALLOW_LOOPBACK: "true", TASK_MAX_RETRIES: "3" },
    plant,
  });
  const made = await insist(() => stack.target, "POST /keys", {
    body: { name: PROJECT, project_id: PROJECT, scopes: ["submit", "read"] },
    status: 201,
  });
  const { key } = createdKeySchema.parse(made.answer);
  const caller = (): Target => ({ url: stack.target.url, apiKey: key });
  const mischief = startMischief(stack, model);
  const watch = new OutcomeWatch();
  watch.begin(() => jobPages(caller));
  const schedules = new ChaosSchedules(async (route, given) => (await insist(caller, route, given)).answer, PROJECT);
  await schedules.make(SCHEDULES);

  let repeatedSubmits = 0;
  const submitOne = async (index: number): Promise<Accepted> => {
    const { task, body, order } = planned(index, receiver.url);
    const idempotencyKey = `submit-${index}`;
    const ids = new Set<string>();
    // Some callers lose the answer and ask again.
    for (const _ of asksTwice(index) ? [1, 2] : [1]) {
      const headers = { ...(plant !== "key ignored" && { "idempotency-key": idempotencyKey }) };
      const { answer, calls } = await insist(caller, `POST /tasks/${task}`, { body, headers, status: 202 });
      repeatedSubmits += calls - 1;
      ids.add(acceptedSchema.parse(answer).task_id);
    }
    const answeredAt = performance.timeOrigin + performance.now();
    if (order.isRevoked) {
      for (const id of ids) await requestWithin(caller(), `POST /jobs/${id}/revoke`).catch(() => undefined);
    }
    return { key: idempotencyKey, ids, order, answeredAt };
  };

  const batchSize = Math.ceil(jobs / 10);
  const batchOf = await insist(caller, "POST /batches", {
    body: {
      task_name: "health_check",
      inputs: Array.from({ length: batchSize }, (_, index) => ({
        echo: { is: `of the batch ${index}`, ...(index % 50 === 0 && { fail: "as ordered" }) },
      })),
    },
    headers: { "idempotency-key": "batch" },
    status: 202,
  });
  const { batch_id: batchId, task_ids: batchIds } = z
    .object({ batch_id: z.string(), task_ids: z.array(z.string()) })
    .parse(batchOf.answer);

  const accepted: Accepted[] = [];
  const single = jobs - batchSize;
  let next = 0;
  let stackKills = 0;
  const killAt = new Set([Math.floor(single / 3), Math.floor((2 * single) / 3)]);
  const callers = Array.from({ length: CALLERS }, async () => {
    for (let index = next++; index < single; index = next++) {
      if (killAt.has(index)) {
        await stack.kill();
        stackKills += 1;
        tell(`${index} submitted; the stack is killed and started again`);
        await stack.up();
      }
      accepted.push(await submitOne(index));
    }
  });
  await Promise.all(callers);
  const scheduled = await schedules.end(rates.skew_ms);
  await watch.end();
  const { killed, workerKills, modelOutages } = await mischief.end();
  stack.quiet();
  const quietSince = performance.now();
  tell(`${accepted.length} keys and a batch of ${batchSize} accepted; from now on nothing goes wrong`);

  const scheduledIds = new Set(scheduled.flatMap(({ due, atItsEdges }) => [...due.values(), ...atItsEdges]));
  const lastOutcomeAt = await untilAllEnded({ target: caller, watch, scheduledIds, stillSeconds, tell });
  await sleep(LATE_MS);
  // The last look at a batch comes after its jobs' ends, and so do the messages of workers that have died.
  const settling = performance.now();
  const settleSeconds = plant === undefined ? SETTLE_SECONDS : stillSeconds;
  let batch = await readBatch(caller, batchId);
  let queues = await readQueues(() => stack.target);
  while (batch.completed_at === null || queues.messagesLeft > 0) {
    if (performance.now() - settling > settleSeconds * 1_000) break;
    await sleep(SWEEP * 1_000);
    batch = await readBatch(caller, batchId);
    queues = await readQueues(() => stack.target);
  }
  tell(`batch and queues have settled after ${Math.round((performance.now() - settling) / 1_000)} s`);
  const listed = await listJobs(caller);
  const ended = await readResults(caller, listed);
  const jobsOfJobs = [...ended.values()].filter(({ parentId }) => parentId !== undefined).length;
  const jobsOfSchedules = [...ended.keys()].filter((id) => scheduledIds.has(id)).length;
  const letters = await readDeadLetters(caller);
  const told = new Map(receiver.received.map(({ payload }) => [payload.data.data.task_id, payload.data.data.status]));
  const runs = stack.runs();
  const again = Map.groupBy(runs, ({ task_id }) => task_id);
  const recoveries = killed
    .map(({ task_id, at }) => ((again.get(task_id)?.find((run) => run.at > at)?.at ?? Number.NaN) - at) / 1_000)
    .filter((seconds) => !Number.isNaN(seconds))
    .sort((one, other) => one - other);
  const memory = stack.memory();
  const history: History = {
    ...{ accepted, jobs: ended, listed: listed.length, runs, told, ...letters, ...queues },
    ...{ firstOutcomes: watch.firstOutcomes, changes: watch.changes, schedules: scheduled },
    batch: { ids: batchIds, total: batchSize, counts: batch.counts, isComplete: batch.completed_at !== null },
    skewMs: rates.skew_ms,
  };
  return {
    history,
    evidence: await lookInto(history, caller),
    facts: {
      ...{ jobs: ended.size - jobsOfJobs - jobsOfSchedules, jobsOfJobs, jobsOfSchedules, looks: watch.looks },
      ...{ stackKills, workerKills, modelOutages, repeatedSubmits },
      faults: stack.faults(),
      runs: runs.length,
      runAgain: [...again.values()].filter((each) => each.length > 1).length,
      seconds: (performance.now() - began) / 1_000,
      recoverySeconds: Math.max(0, lastOutcomeAt - quietSince) / 1_000,
      recoveries,
      memoryMb: memory === undefined ? undefined : Math.round(memory / 1_024 ** 2),
    },
  };
}

/** Every few seconds a running worker is killed, and the model server changes what it answers. */
function startMischief(stack: ChaosStack, model: Awaited<ReturnType<typeof startLlmServer>>) {
  const over = new AbortController();
  const counts = { workerKills: 0, modelOutages: 0 };
  /** The jobs whose workers were killed, and when. */
  const killed: { readonly task_id: string; readonly at: number }[] = [];
  const killing = (async () => {
    while (!over.signal.aborted) {
      await sleep(2_000, undefined, { signal: over.signal }).catch(() => undefined);
      const last = stack.runs().at(-1);
      if (!last || over.signal.aborted) continue;
      try {
        process.kill(last.pid, "SIGKILL");
        counts.workerKills += 1;
        killed.push({ task_id: last.task_id, at: performance.timeOrigin + performance.now() });
      } catch {
        // It has died in the meantime.
      }
    }
  })();
  const away = [{ kind: "status", status: 503 }, { kind: "reset" }, { kind: "malformed" }] as const;
  const breaking = (async () => {
    for (let turn = 0; !over.signal.aborted; turn++) {
      await sleep(5_000, undefined, { signal: over.signal }).catch(() => undefined);
      if (turn % 2 === 1 || over.signal.aborted) model.always({ kind: "answer", delay_ms: 100 });
      else model.always(away[(turn / 2) % away.length] ?? { kind: "hang" });
      if (turn % 2 === 0 && !over.signal.aborted) counts.modelOutages += 1;
    }
    model.always({ kind: "answer" });
  })();
  return {
    async end() {
      over.abort();
      await Promise.all([killing, breaking]);
      return { ...counts, killed };
    },
  };
}

/** Reads again what the lines of violations name. */
async function lookInto(history: History, target: () => Target): Promise<string[]> {
  const lines = Object.values(examine(history)).flat().join(" ");
  const named = [...history.jobs.keys()].filter((id) => lines.includes(id)).slice(0, LOOKED_INTO);
  const reads = named.map(async (id) => {
    const { answer } = await insist(target, `GET /jobs/${id}`, { status: 200 });
    const runs = history.runs.filter(({ task_id }) => task_id === id);
    return JSON.stringify({ job: answer, runs });
  });
  return await Promise.all(reads);
}

interface Waiting {
  readonly target: () => Target;
  readonly watch: OutcomeWatch;
  /** Jobs that are not waited for by the clock: they are submitted more than a minute ahead. */
  readonly scheduledIds: ReadonlySet<string>;
  readonly stillSeconds: number;
  readonly tell: (line: string) => void;
}

/** @returns when the last outcome was seen, as `performance.now()` tells the time */
async function untilAllEnded({ target, watch, scheduledIds, stillSeconds, tell }: Waiting): Promise<number> {
  for (let lastAt = performance.now(); ; ) {
    const listing = performance.now();
    const jobs = await listJobs(target);
    watch.look(jobs.filter(({ task_id }) => scheduledIds.has(task_id)));
    if (watch.look(jobs) > 0) lastAt = performance.now();
    const open = jobs.filter(({ status }) => !isReady(status)).length;
    tell(`${jobs.length - open} of ${jobs.length} have ended`);
    if (open === 0 || performance.now() - lastAt > stillSeconds * 1_000) return lastAt;
    await sleep(Math.max(SWEEP * 1_000, 2 * (performance.now() - listing)));
  }
}

type Listed = z.infer<typeof jobListSchema>["jobs"][number];

type ReadPage<Item> = (page: unknown) => { readonly items: readonly Item[]; readonly next_cursor: string | null };

/** The pages of a list. @param read returns what a page has, and where the next one begins */
async function* pagesOf<Item>(
  target: () => Target,
  path: string,
  read: ReadPage<Item>,
): AsyncGenerator<readonly Item[]> {
  for (let cursor: string | null = ""; cursor !== null; ) {
    const from = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const { answer } = await insist(target, `GET ${path}?limit=100${from}`, { status: 200 });
    const { items, next_cursor } = read(answer);
    yield items;
    cursor = next_cursor;
  }
}

async function gather<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

const jobPages = (target: () => Target) =>
  pagesOf(target, "/jobs", (page) => {
    const { jobs, next_cursor } = jobListSchema.parse(page);
    return { items: jobs.filter(({ task_name }) => TASKS.includes(task_name)), next_cursor };
  });

const listJobs = async (target: () => Target): Promise<Listed[]> => gather(jobPages(target));

async function readBatch(target: () => Target, id: string) {
  const { answer } = await insist(target, `GET /batches/${id}`, { status: 200 });
  return batchSchema.parse(answer);
}

const returnedSchema = z.object({ echo: z.object({ is: z.string() }) });

/** What each job has come to, with what it returned. */
async function readResults(target: () => Target, jobs: readonly Listed[]): Promise<Map<string, Ended>> {
  const ended = new Map<string, Ended>();
  let next = 0;
  const readers = Array.from({ length: CALLERS }, async () => {
    for (let job = jobs[next++]; job; job = jobs[next++]) {
      const { task_id: id, task_name, status, error, finished_at, parent_id, created_at } = job;
      let echo: string | undefined;
      if (status === "SUCCESS") {
        const { answer } = await insist(target, `GET /jobs/${id}/result`, { status: 200 });
        const { result } = resultSchema.parse(answer);
        // The model of the tests begins its summary with the words of the text.
        echo = task_name === "health_check" ? returnedSchema.parse(result).echo.is : jobInSummary(result);
      }
      const finishedAt = finished_at === null ? undefined : Date.parse(finished_at);
      const given = { parentId: parent_id ?? undefined, createdAt: Date.parse(created_at) };
      ended.set(id, { status, error: error?.type, echo, finishedAt, ...given });
    }
  });
  await Promise.all(readers);
  return ended;
}

const jobInSummary = (result: unknown) => /job \d+/.exec(JSON.stringify(result))?.[0];

async function readDeadLetters(target: () => Target): Promise<Pick<History, "deadLetters">> {
  const pages = QUEUES.map((queue) =>
    gather(
      pagesOf(target, `/dlq/${queue}`, (page) => {
        const { messages: items, next_cursor } = deadLetterListSchema.parse(page);
        return { items, next_cursor };
      }),
    ),
  );
  return { deadLetters: new Set((await Promise.all(pages)).flat().map(({ task_id }) => task_id)) };
}

async function readQueues(target: () => Target): Promise<Pick<History, "deadMessages" | "messagesLeft">> {
  const { answer } = await insist(target, "GET /queues", { status: 200 });
  const { queues } = queuesSchema.parse(answer);
  const used = queues.filter(({ name }) => QUEUES.includes(name));
  return {
    deadMessages: used.reduce((sum, { dlq_depth }) => sum + dlq_depth, 0),
    messagesLeft: used.flatMap(({ lanes }) => lanes).reduce((sum, { depth, in_flight }) => sum + depth + in_flight, 0),
  };
}

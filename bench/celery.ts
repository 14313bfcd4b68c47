/**
 * The embedded stack beside Celery with Redis (prefork, two workers) behind FastAPI: no-op tasks a second, and what a submit, a start and
 * a result take. Python's packages are installed in `.sluice/` once; `redis-server` must be on the path.
 *
 * @module
 */

import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClient } from "../client/index.ts";
import { freePort } from "../tests/helpers/free-port.ts";
import { memoryOf } from "./memory.ts";
import type { BenchRow } from "./row.ts";
import { startStackProcess } from "./stack-process.ts";
import { percentile, timed } from "./timing.ts";

const WARM_UP = 300;
const SINGLES = 200;
const TASKS = 3_000;
const CALLERS = 16;
const WORKERS = 2;
/** Ids that one question names. */
const A_QUESTION = 100;
/** Between two tasks of the idle measurement. */
const IDLE_MS = 50;
const BETWEEN_QUESTIONS_MS = 5;
const BETWEEN_STARTS_MS = 500;
const LONGEST_START_MS = 60_000;
const LOG_LETTERS = 2_000;
const here = fileURLToPath(new URL("./celery/", import.meta.url));
const venv = fileURLToPath(new URL("../.sluice/bench-celery/", import.meta.url));

/** What is measured over HTTP of either. */
interface Contestant {
  submit(echo: number): Promise<string>;
  allReady(ids: readonly string[]): Promise<boolean>;
  /** Waits for the result. @returns when its run began, in ms of the epoch */
  startOf(id: string): Promise<number>;
}

interface Figures {
  readonly submits: number[];
  readonly starts: number[];
  readonly results: number[];
  readonly submitsAtOnce: number[];
  /** From the first submit to the last result, with 16 callers. */
  seconds: number;
}

/** What `celery/producer.py` prints: milliseconds, and the seconds of all. */
interface Produced {
  readonly delays: readonly number[];
  readonly starts: readonly number[];
  readonly results: readonly number[];
  readonly seconds: number;
}

export async function benchCelery(): Promise<BenchRow[]> {
  const missing = missingTools();
  if (missing) return [{ name: "beside Celery", value: null, unit: "", ratio: null, note: missing }];
  const rival = await startRival();
  try {
    const stack = await startStackProcess();
    try {
      const client = createClient({ url: stack.url, apiKey: stack.apiKey });
      const sluice: Contestant = {
        submit: async (echo) => (await client.submit("health_check", { echo })).task_id,
        allReady: async (ids) => (await client.jobs.status(ids)).jobs.every((job) => job.status === "SUCCESS"),
        startOf: async (id) => Date.parse((await client.wait(id, { longPoll: true })).started_at ?? ""),
      };
      const contestants = [overFastApi(rival.url), sluice];
      for (const each of contestants) await runAll(each, WARM_UP, []);
      const memory = [await memoryOf(rival.pids), await memoryOf([stack.pid])] as const;
      const figures = contestants.map(
        (): Figures => ({ submits: [], starts: [], results: [], submitsAtOnce: [], seconds: 0 }),
      );
      // In turns, so that a busy moment of the machine hits both.
      for (let echo = 0; echo < SINGLES; echo++) {
        for (const [index, each] of contestants.entries()) await single(each, echo, figures[index] as Figures);
      }
      for (const [index, each] of contestants.entries()) {
        const own = figures[index] as Figures;
        own.seconds = await runAll(each, TASKS, own.submitsAtOnce);
      }
      return [...rowsOf(await rival.produce(), figures as [Figures, Figures]), ...memoryRows(memory)];
    } finally {
      await stack.stop();
    }
  } finally {
    await rival.stop();
  }
}

async function single(to: Contestant, echo: number, { submits, starts, results }: Figures): Promise<void> {
  await sleep(IDLE_MS);
  const began = Date.now();
  const started = performance.now();
  const id = await timed(submits, () => to.submit(echo));
  const start = await to.startOf(id);
  results.push(performance.now() - started);
  starts.push(start - began);
}

/** @returns seconds from the first submit to the last result */
async function runAll(to: Contestant, count: number, submits: number[]): Promise<number> {
  const began = performance.now();
  const ids: string[] = [];
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      for (let task = caller; task < count; task += CALLERS) ids.push(await timed(submits, () => to.submit(task)));
    }),
  );
  while (ids.length > 0) {
    const asked = ids.slice(-A_QUESTION);
    if (await to.allReady(asked)) ids.length -= asked.length;
    else await sleep(BETWEEN_QUESTIONS_MS);
  }
  return (performance.now() - began) / 1_000;
}

function overFastApi(url: string): Contestant {
  const ask = async <Answer>(path: string, body?: unknown): Promise<Answer> => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}${path}`, body ? { method: "POST", headers, body: JSON.stringify(body) } : {});
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  return {
    submit: async (echo) => (await ask<{ task_id: string }>("/tasks", { echo })).task_id,
    allReady: async (ids) => (await ask<{ ready: boolean }>("/status", ids)).ready,
    async startOf(id) {
      for (;;) {
        const { ready, result } = await ask<{ ready: boolean; result?: { started: number } }>(`/tasks/${id}`);
        if (ready) return (result?.started ?? Number.NaN) * 1_000;
        await sleep(BETWEEN_QUESTIONS_MS);
      }
    },
  };
}

/** Installs what pip brings, once. @returns why it cannot be measured, if it cannot */
function missingTools(): string | undefined {
  if (spawnSync("redis-server", ["--version"]).error) return "skipped: no redis-server on the path";
  const marker = join(venv, "installed");
  if (existsSync(marker)) return undefined;
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", join(here, "requirements.txt")];
  const installed =
    spawnSync("python3", ["-m", "venv", "--clear", venv]).status === 0 &&
    spawnSync(join(venv, "bin/python"), pip).status === 0 &&
    spawnSync("touch", [marker]).status === 0;
  return installed ? undefined : "skipped: Celery and FastAPI cannot be installed by python3 and pip here";
}

interface Rival {
  /** Of FastAPI. */
  readonly url: string;
  readonly pids: readonly number[];
  produce(): Promise<Produced>;
  stop(): Promise<void>;
}

async function startRival(): Promise<Rival> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const [redisPort, apiPort] = [await freePort(), await freePort()];
  const env = { ...process.env, REDIS_URL: `redis://127.0.0.1:${redisPort}/0` };
  const log = await open(join(folder, "log"), "w+");
  const running: ChildProcess[] = [];
  const start = (program: string, args: readonly string[]) => {
    running.push(spawn(program, args, { cwd: here, env, stdio: ["ignore", log.fd, log.fd] }));
  };
  const stop = async () => {
    for (const each of running.toReversed()) {
      each.kill("SIGTERM");
      if (each.exitCode === null && each.signalCode === null) await once(each, "exit");
    }
    await log.close();
    await rm(folder, { recursive: true });
  };
  try {
    start("redis-server", ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--dir", folder]);
    start(join(venv, "bin/celery"), ["-A", "app", "worker", "--pool", "prefork", "-c", `${WORKERS}`, "-l", "ERROR"]);
    start(join(venv, "bin/uvicorn"), ["app:api", "--port", `${apiPort}`, "--log-level", "error"]);
    const url = `http://127.0.0.1:${apiPort}`;
    // A task that was submitted shows that Redis answers too.
    const answers = () =>
      overFastApi(url)
        .submit(0)
        .then(
          () => true,
          () => false,
        );
    const until = performance.now() + LONGEST_START_MS;
    while (!(await answers())) {
      if (performance.now() > until) {
        const said = await readFile(join(folder, "log"), "utf8");
        throw new Error(`FastAPI and Redis did not start: ${said.slice(-LOG_LETTERS)}`);
      }
      await sleep(BETWEEN_STARTS_MS);
    }
    const produce = async () => {
      const args = ["producer.py", `${TASKS}`, `${SINGLES}`];
      const { stdout } = await promisify(execFile)(join(venv, "bin/python"), args, { cwd: here, env });
      return JSON.parse(stdout) as Produced;
    };
    return { url, pids: running.map(({ pid }) => pid ?? 0), produce, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function rowsOf(produced: Produced, [rival, own]: readonly [Figures, Figures]): BenchRow[] {
  const rows: BenchRow[] = [];
  const pair = (name: string, unit: string, [theirs, ours, goal]: readonly [number, number, string]) => {
    rows.push({ name: `${name}, Celery`, value: theirs, unit, ratio: 1, note: "" });
    rows.push({ name: `${name}, Sluice`, value: ours, unit, ratio: ours / theirs, note: goal });
  };
  const goal = (met: boolean, text: string) => `${met ? "met" : "MISSED"}: ${text}`;
  const ms = (name: string, of: (figures: Figures) => readonly number[], share: number) =>
    [percentile(of(rival), share), percentile(of(own), share), name] as const;
  const rate = TASKS / own.seconds;
  pair("tasks of 16 callers over HTTP", "tasks/s", [
    TASKS / rival.seconds,
    rate,
    goal(rate >= 150, "at least 150, as a first step; Celery's in the end"),
  ]);
  const submit = percentile(own.submits, 0.5);
  pair("submit over HTTP, p50", "ms", [
    percentile(rival.submits, 0.5),
    submit,
    goal(submit <= 2 * percentile(rival.submits, 0.5), "at most twice FastAPI's; 5 ms as a first step"),
  ]);
  pair(
    "submit over HTTP, p95",
    "ms",
    ms("", ({ submits }) => submits, 0.95),
  );
  pair(
    "submit, 16 at once, p50",
    "ms",
    ms("", ({ submitsAtOnce }) => submitsAtOnce, 0.5),
  );
  pair(
    "submit, 16 at once, p95",
    "ms",
    ms("", ({ submitsAtOnce }) => submitsAtOnce, 0.95),
  );
  const start = percentile(own.starts, 0.5);
  pair("submit to start while idle, p50", "ms", [
    percentile(rival.starts, 0.5),
    start,
    goal(start <= 20, "at most 20 ms"),
  ]);
  const result = percentile(own.results, 0.5);
  pair("submit to result, p50", "ms", [
    percentile(rival.results, 0.5),
    result,
    goal(result <= 40, "at most 40 ms; Celery's is polled every 5 ms, Sluice's waited for by one request"),
  ]);
  const alone = (name: string, value: number, unit: string) =>
    rows.push({ name, value, unit, ratio: null, note: "Celery alone, in Python" });
  alone(".delay(), p50", percentile(produced.delays, 0.5), "ms");
  alone(".delay(), p95", percentile(produced.delays, 0.95), "ms");
  alone(".delay() to start, p50", percentile(produced.starts, 0.5), "ms");
  alone(".delay() to .get(), p50", percentile(produced.results, 0.5), "ms");
  alone("tasks of one caller", TASKS / produced.seconds, "tasks/s");
  return rows;
}

function memoryRows([theirs, ours]: readonly [number, number]): BenchRow[] {
  if (process.platform !== "linux") return [];
  return [
    { name: "memory, warm and idle, Celery", value: theirs, unit: "MB", ratio: 1, note: "Redis, workers and FastAPI" },
    {
      name: "memory, warm and idle, Sluice",
      value: ours,
      unit: "MB",
      ratio: ours / theirs,
      note: "AWS's services and the functions that have run",
    },
  ];
}

/**
 * How long recovery from one fault takes on a stack that has nothing else to do, with the lease and the sweeps of a
 * deployment: from the fault to the end of the job that it hit.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { keyedTaskId } from "../../shared/engine/table/addresses.ts";
import { ChaosStack, USUAL } from "./chaos-stack.ts";
import { eventually } from "./eventually.ts";
import { outcomeOf, submit } from "./job-client.ts";
import { startLlmServer } from "./llm-server.ts";

/** Jobs for each fault, so far apart that the faults fall into all parts of the time between two sweeps. */
const JOBS = 20;
const APART_MS = 6_000;
/** The model server is away for so long. A few jobs spend an attempt on that until its breaker opens, and none spends all. */
const OUTAGE_MS = 60_000;
/** Restarts of the whole stack, and jobs that run at each. */
const RESTARTS = 3;
const RUNNING = 7;
/** A first run that is to be interrupted does not end by itself before it is. */
const INTERRUPTED_MS = 20_000;
/** A job that is not back after so long is an error. */
const LONGEST_SECONDS = 1_200;
/** The project of the operator's own key. */
const PROJECT = "default";

/** What jobs were hit by, and the seconds from there to the end of each, the shortest first. */
export interface Recovery {
  readonly fault: string;
  readonly seconds: readonly number[];
}

const realNow = () => performance.timeOrigin + performance.now();

/** Measures each fault; it takes about a quarter of an hour, most of which is spent waiting. */
export async function measureRecovery(tell: (line: string) => void = () => {}): Promise<Recovery[]> {
  await using model = await startLlmServer();
  await using stack = await ChaosStack.start({ settings: model.settings, isCalm: true });
  const secondsTo = async (taskId: string, from: number): Promise<number> => {
    const { status, finished_at, error } = await outcomeOf(stack.target, taskId, LONGEST_SECONDS);
    if (status !== "SUCCESS") throw new Error(`${taskId} is ${status}: ${error?.type} ${error?.message}`);
    return (Date.parse(finished_at ?? "") - from) / 1_000;
  };
  const firstRun = (taskId: string) =>
    eventually(`${taskId} runs`, () => stack.runs().find(({ task_id }) => task_id === taskId));
  const interrupted = () =>
    submit(stack.target, "health_check", { input: { echo: { is: "interrupted", first_ms: INTERRUPTED_MS } } });

  const spread = async (hit: (index: number) => Promise<number>): Promise<number[]> => {
    const all = Array.from({ length: JOBS }, async (_, index) => {
      await sleep(index * APART_MS);
      return await hit(index);
    });
    return inOrder(await Promise.all(all));
  };
  const killed = spread(async () => {
    const taskId = await interrupted();
    const { pid } = await firstRun(taskId);
    process.kill(pid, "SIGKILL");
    return await secondsTo(taskId, realNow());
  });
  const lost = spread(async (index) => {
    const key = `lost-${index}`;
    const taskId = keyedTaskId(PROJECT, key);
    stack.loseMessageOf(taskId);
    const headers = { "idempotency-key": key };
    const submitted = await submit(stack.target, "health_check", { input: { echo: { is: key } }, headers });
    if (submitted !== taskId) throw new Error(`${key} is ${submitted}, not ${taskId}`);
    return await secondsTo(taskId, await eventually(`the message of ${taskId} is lost`, () => stack.lostAt(taskId)));
  });
  const outage = (async () => {
    model.always({ kind: "status", status: 503 });
    const taskIds: string[] = [];
    for (let index = 0; index < JOBS; index++) {
      taskIds.push(
        await submit(stack.target, "summarize", {
          input: { text: `Job ${index} is a report on ferries, tides and the harbour of Kalmar.` },
        }),
      );
      await sleep(OUTAGE_MS / JOBS);
    }
    model.always({ kind: "answer" });
    const back = realNow();
    return inOrder(await Promise.all(taskIds.map((taskId) => secondsTo(taskId, back))));
  })();
  const [ofWorkers, ofMessages, ofModel] = await Promise.all([killed, lost, outage]);
  tell("workers, messages and the model are measured");

  const ofStack: number[] = [];
  for (let restart = 0; restart < RESTARTS; restart++) {
    const taskIds = await Promise.all(Array.from({ length: RUNNING }, interrupted));
    await Promise.all(taskIds.map(firstRun));
    const at = realNow();
    await stack.kill();
    await stack.up();
    ofStack.push(...(await Promise.all(taskIds.map((taskId) => secondsTo(taskId, at)))));
    tell(`${restart + 1} restarts are measured`);
    // The next one falls into another part of the time between two sweeps.
    await sleep((USUAL.sweep * 1_000) / RESTARTS);
  }
  return [
    { fault: "the worker is killed while it runs the job", seconds: ofWorkers },
    { fault: "the message is gone before a worker has claimed the job", seconds: ofMessages },
    { fault: "the model server was away, from its return", seconds: ofModel },
    { fault: "the whole stack is killed while it runs the job, and started again", seconds: inOrder(ofStack) },
  ];
}

const inOrder = (seconds: readonly number[]): number[] => seconds.toSorted((one, other) => one - other);

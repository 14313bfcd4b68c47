/**
 * One job with whatever can happen to it, in a random order, and what must hold of it all the time.
 *
 * @module
 */

import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { expect } from "vitest";
import { InvalidInputError } from "../../contracts/errors.ts";
import { isReady } from "../../contracts/jobs/states.ts";
import type { JobRecord } from "../../shared/engine/jobs/record.ts";
import { releaseJob } from "../../shared/engine/jobs/release.ts";
import { retryJob } from "../../shared/engine/jobs/retry.ts";
import { revokeJob } from "../../shared/engine/jobs/revoke.ts";
import type { SubmitRequest } from "../../shared/engine/jobs/submit.ts";
import { adoptDeadLetters } from "../../shared/engine/operations/adopt-dead-letters.ts";
import { clearDeadLetterQueue } from "../../shared/engine/operations/clear-dead-letter-queue.ts";
import { redrive } from "../../shared/engine/operations/redrive.ts";
import { keyedTaskId } from "../../shared/engine/table/addresses.ts";
import type { EngineHarness } from "./engine-harness.ts";
import { modes, type Plan } from "./faults.ts";

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Setting {
  readonly isCritical: boolean;
  readonly hasBreaker: boolean;
}

const STEPS = 14;
/** Things that happen while another one is held up, and while that one is. */
const DEPTH = 2;
/** Sweeps until a job must have come to its end. */
const MAX_ROUNDS = 90;
const REDRIVEN = "redriven from the dead-letter queue";

export class Scenario {
  readonly #harness: EngineHarness;
  readonly #random: () => number;
  readonly #setting: Setting;
  readonly #request: Partial<SubmitRequest>;
  readonly #taskId: string;
  /** What happened, for whoever has to understand a failure. */
  readonly log: string[] = [];
  readonly #received: { readonly message: SQSRecord; readonly at: number }[] = [];
  /** Messages that were moved or sent by hand: each may start the job again. */
  #sentByHand = 0;
  #depth = 0;
  /** A worker died between the commit and its onFailure, and then no worker got the message: docs/decisions/0099. */
  #isFailureStolen = false;
  /** As it was when it was first seen. */
  #succeeded: { readonly result: unknown; readonly runs: number } | undefined;

  constructor(
    harness: EngineHarness,
    { key, setting }: { readonly key: string; readonly setting: Setting },
    random: () => number,
  ) {
    this.#harness = harness;
    this.#random = random;
    this.#setting = setting;
    this.#request = this.#pick<Partial<SubmitRequest>>([
      {},
      {},
      { delaySeconds: 60 },
      { delaySeconds: 3_600 },
      { expiresIn: 400 },
      { held: true, expiresIn: 7_200 },
    ]);
    this.#request = { ...this.#request, idempotencyKey: key };
    this.#taskId = keyedTaskId("default", key);
    harness.faults.taskId = this.#taskId;
    harness.script = (run, context) => this.#runTask(run, context.progress, context.log.info);
  }

  async run(): Promise<void> {
    await this.#happen("submit");
    for (let step = 0; step < STEPS; step++) {
      await this.#happen(this.#pick(this.#likely));
      await this.#check();
    }
    await this.#comeToRest();
  }

  #pick<T>(all: readonly T[]): T {
    const picked = all[Math.floor(this.#random() * all.length)];
    if (picked === undefined) throw new Error("There is nothing to pick from.");
    return picked;
  }

  /** Once or more often in the list: how likely it is. */
  get #likely(): readonly (keyof Scenario["events"])[] {
    return [
      ...["deliver", "deliver", "deliver", "deliver", "deliver", "sweep", "sweep", "pass", "pass", "pass"],
      ...[
        "copy",
        "copy",
        "copy",
        "twice",
        "submit",
        "twice",
        "revoke",
        "retry",
        "release",
        "adopt",
        "clear",
        "redrive",
        "console",
        "steal",
      ],
      ...(this.#setting.hasBreaker ? ["outage", "outage"] : []),
    ] as (keyof Scenario["events"])[];
  }

  /** A fault at one of the next calls, or none. */
  #plan(): Plan | undefined {
    if (this.#random() < 0.45) return undefined;
    const call = 1 + Math.floor(this.#random() * 6);
    if (this.#random() < 0.55) return { call, mode: this.#pick([...modes, "table outage"] as const) };
    return { call, mode: { pause: this.#pick(["before", "after"] as const), meanwhile: () => this.#meanwhile() } };
  }

  async #meanwhile(): Promise<void> {
    if (this.#depth >= DEPTH) return;
    this.#depth += 1;
    const count = 1 + Math.floor(this.#random() * 3);
    for (let each = 0; each < count; each++) await this.#happen(this.#pick(this.#likely));
    this.#depth -= 1;
  }

  #note(what: string): void {
    this.log.push(`${"  ".repeat(this.#depth)}${what}`);
  }

  async #happen(event: keyof Scenario["events"]): Promise<void> {
    const { engine } = this.#harness;
    const plan = this.#plan();
    const mode = plan && (typeof plan.mode === "string" ? plan.mode : `pause ${plan.mode.pause}`);
    this.#note(`${event}${plan ? ` [call ${plan.call}: ${mode}]` : ""}`);
    // Hosts' clocks differ.
    engine.clockOffsetMs = this.#pick([-900, 0, 0, 900]);
    await this.events[event](plan);
    engine.clockOffsetMs = 0;
  }

  readonly events = {
    submit: async (plan?: Plan) => void (await this.#harness.submit(this.#request, plan)),
    deliver: async (plan?: Plan) => {
      const message = await this.#receive();
      if (message) await this.#invoke(message, plan);
    },
    /** SQS delivers a message to two workers at once. */
    copy: async (plan?: Plan) => {
      const recent = this.#received.filter(({ at }) => this.#harness.now - at <= 1_000);
      if (recent.length === 0) return;
      const { message } = this.#pick(recent);
      await this.#invoke({ ...message, attributes: { ...message.attributes } }, plan);
    },
    /** A sender whose connection hung has sent its message twice. */
    twice: async () => {
      const job = await this.#find();
      if (!job || isReady(job.status) || job.needs_send || job.held) return;
      const { generation, trace_id } = job;
      await this.#harness.send(JSON.stringify({ v: 1, task_id: this.#taskId, generation, trace_id }));
    },
    sweep: async (plan?: Plan) => void (await this.#harness.sweep(plan)),
    pass: async () => {
      const seconds = this.#pick([1, 3, 20, 61, 61, 130, 601, 601, 3_700, 7_300]);
      this.#note(`  ${seconds} s`);
      this.#harness.pass(seconds);
    },
    revoke: async (plan?: Plan) => {
      if (this.#random() < 0.5) return;
      const terminate = this.#random() < 0.5;
      await this.#operate(plan, () => revokeJob(this.#services, this.#taskId, { terminate }));
    },
    retry: async (plan?: Plan) =>
      this.#operate(plan, async () => {
        const job = await this.#find();
        if (job) await retryJob(this.#services, job, { reason: "asked for" });
      }),
    release: async (plan?: Plan) =>
      this.#operate(plan, async () => {
        const job = await this.#find();
        if (job) await releaseJob(this.#services, job);
      }),
    adopt: async (plan?: Plan) => this.#operate(plan, () => adoptDeadLetters(this.#services, "test")),
    clear: async (plan?: Plan) => this.#operate(plan, () => clearDeadLetterQueue(this.#services, "test")),
    redrive: async (plan?: Plan) =>
      this.#operate(plan, () => redrive(this.#services, "test", { wanted: { dry_run: false }, reason: "redriven" })),
    /** An operator moves a message back in the SQS console, some time after the job failed. */
    console: async () => {
      const message = await this.#harness.engine.receive("test-dlq");
      if (!message) return;
      this.#harness.pass(61);
      this.#sentByHand += 1;
      await this.#harness.send(message.body);
      await this.#harness.engine.acknowledge(message, "test-dlq");
    },
    /** A poll that is throttled: the message was received, and no worker got it. */
    steal: async () => {
      const often = this.#random() < 0.3;
      for (let receives = 0; receives < (often ? 8 : 1); receives++) {
        await this.#receive();
        if (often) this.#harness.pass(601);
        const job = await this.#find();
        if (job?.status === "FAILURE" && !job.failure_handled) this.#isFailureStolen = true;
      }
    },
    /** The backend is known to be down. */
    outage: async () => {
      const { document, name: table } = this.#services.store.table;
      const open = { pk: "BREAKER#llm", sk: "state", open_until: this.#harness.now + 30_000, ttl: 0 };
      await document.send(new PutCommand({ TableName: table, Item: open }));
    },
  };

  get #services() {
    return this.#harness.engine.services;
  }

  #find = (): Promise<JobRecord | undefined> => this.#harness.find(this.#taskId);

  /** What a request does; one that fails is answered so, and not repeated. */
  async #operate(plan: Plan | undefined, act: () => Promise<unknown>): Promise<void> {
    await this.#harness.faults.run(plan, act);
  }

  async #invoke(message: SQSRecord, plan?: Plan): Promise<void> {
    const { value, died } = await this.#harness.invoke(message, plan);
    const { ApproximateReceiveCount: count } = message.attributes;
    const { generation, after } = JSON.parse(message.body);
    this.#note(
      `${message.messageId.slice(0, 4)} (${generation}${after ? ", after" : ""}), receive ${count}: ${died ? "died" : value}`,
    );
  }

  async #receive(): Promise<SQSRecord | undefined> {
    const message = await this.#harness.engine.receive();
    if (message) this.#received.push({ message, at: this.#harness.now });
    return message;
  }

  async #runTask(run: number, progress: (current: number) => void, info: (line: string) => void): Promise<number> {
    progress(run);
    info(`run ${run}`);
    // Held up in the middle of its work.
    if (this.#random() < 0.3) await this.#meanwhile();
    if (this.#random() < 0.15) await this.#overtaken();
    const chance = this.#random();
    if (chance < 0.3) throw new Error("not this time");
    if (chance < 0.45) throw new InvalidInputError("never");
    return run;
  }

  /** Its lease ends, and its message comes to another worker. */
  async #overtaken(): Promise<void> {
    if (this.#depth >= DEPTH) return;
    this.#depth += 1;
    this.#harness.pass(90);
    await this.#happen("sweep");
    await this.#happen("deliver");
    this.#depth -= 1;
  }

  async #check(): Promise<void> {
    const job = await this.#find();
    if (!job) return;
    const runs = this.#harness.runsOf(this.#taskId);
    expect(job.attempts, "attempts").toBeLessThanOrEqual(job.max_attempts);
    const states = job.events.map(({ s }) => s);
    if (states.includes("SUCCESS")) {
      expect(states.at(-1), "the last thing that happened").toBe("SUCCESS");
      expect(job.status).toBe("SUCCESS");
      const result = await this.#services.store.readResult(job);
      // Who began later had taken the lease.
      if (!this.#succeeded) expect(result, "the result of the last run that began").toEqual({ value: runs });
      this.#succeeded ??= { result, runs };
      expect({ result, runs }, "the result that was committed, and no run after it").toEqual(this.#succeeded);
    }
    if (this.#succeeded) expect(job.status).toBe("SUCCESS");
    for (const [index, state] of states.entries()) {
      if (states[index - 1] === "REVOKED") expect(state, "after REVOKED").toBe("PENDING");
    }
    const redriven = job.events.filter(({ m }) => m === REDRIVEN).length;
    if (this.#setting.isCritical) {
      expect(redriven, "restarts that nobody asked for").toBeLessThanOrEqual(this.#sentByHand);
    }
    const starts = states.filter((state) => state === "PENDING").length + redriven;
    if (states.length < 20) expect(runs, "runs").toBeLessThanOrEqual(starts * job.max_attempts);
    const isWaitingOrRuns = job.status === "RETRY" || job.status === "STARTED";
    if (isWaitingOrRuns) expect(job.work_pk, "the sweeper knows of it").toBeDefined();
    if (job.status === "FAILURE") expect(job.work_pk).toMatch(/^DEAD#/);
    if (job.status === "SUCCESS" || job.status === "REVOKED") expect(job.work_pk).toBeUndefined();
  }

  /** Nothing goes wrong any more: the job has to come to its end, and its messages with it. */
  async #comeToRest(): Promise<void> {
    this.log.push("-- nothing goes wrong any more");
    const { submit, sweep, release, adopt } = this.events;
    this.#depth = DEPTH;
    await submit();
    await release();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.#harness.pass(round < 15 ? 61 : 601);
      await sweep();
      for (let message = await this.#receive(); message; message = await this.#receive()) {
        await this.#invoke(message);
      }
      if (round % 10 === 9) await adopt();
      await this.#check();
      const job = await this.#find();
      if (job && isReady(job.status) && (await this.#harness.isQueueEmpty())) return this.#checkEnd(job);
    }
    throw new Error(`The job is stuck: ${JSON.stringify(await this.#find())}`);
  }

  #checkEnd(job: JobRecord): void {
    this.log.push(`-- ${JSON.stringify(job)}`);
    if (job.status !== "FAILURE" || this.#isFailureStolen) return;
    expect(this.#harness.failuresHandled.get(this.#taskId) ?? 0, "calls of onFailure").toBeGreaterThan(0);
    expect(job.failure_handled, "onFailure has run since the last start").toBe(true);
  }
}

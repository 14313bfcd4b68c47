/**
 * The engine on a clock that stands still until a test moves it, for queues and workers alike; what ran is counted here.
 *
 * @module
 */

import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { expect, vi } from "vitest";
import { z } from "zod";
import { isReady, type JobState } from "../../contracts/jobs/states.ts";
import type { JobRecord } from "../../shared/engine/jobs/record.ts";
import { type SubmitRequest, submitJob } from "../../shared/engine/jobs/submit.ts";
import { sweep } from "../../shared/engine/sweeper/sweep.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { credentials, otherAws } from "./emulated-services.ts";
import { Engine, type EngineOptions } from "./engine.ts";
import { Faults, type Plan } from "./faults.ts";
import { followClock } from "./sqs-clock.ts";

const QUEUE = "test-high";
const DEAD_LETTERS = "test-dlq";
/** Messages and sweeps after a fault: far more than any job needs. */
const MAX_ROUNDS = 60;

type Script = (run: number, context: TaskContext) => Promise<unknown>;

export class EngineHarness {
  readonly engine: Engine;
  readonly faults: Faults;
  #now = Date.now();
  /** Runs by job, counted where they happen. */
  readonly #runs = new Map<string, number>();
  /** Runs by job at the time that it was seen to be SUCCESS or REVOKED. */
  readonly #runsAtEnd = new Map<string, number>();
  readonly failuresHandled = new Map<string, number>();
  /** Jobs that the sweeper has failed. */
  readonly lost: JobRecord[] = [];
  /** What the n-th run of a job does. */
  script: Script = async (run) => run;

  static async start(options: EngineOptions = {}): Promise<EngineHarness> {
    return new EngineHarness(await Engine.start(options));
  }

  private constructor(engine: Engine) {
    this.engine = engine;
    const { sqs } = engine.services;
    const other = process.env[otherAws];
    if (other) followClock(sqs, { endpoint: other, region: "us-east-1", credentials });
    this.faults = new Faults(engine);
    vi.spyOn(Date, "now").mockImplementation(() => this.#now);
    engine.code = async (_input, context) => {
      const run = this.runsOf(context.taskId) + 1;
      this.#runs.set(context.taskId, run);
      return { value: await this.script(run, context) };
    };
    engine.onFailure = async (_error, { taskId }) => {
      this.failuresHandled.set(taskId, (this.failuresHandled.get(taskId) ?? 0) + 1);
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async close(): Promise<void> {
    vi.restoreAllMocks();
    await this.engine.close();
  }

  /** Begins a case of its own: a sweep would send jobs again that earlier ones left in the table. */
  async begin(): Promise<void> {
    await this.engine.emptyTable();
    await this.clear();
  }

  /** Forgets what lies in the queues. */
  async clear(): Promise<void> {
    this.script = async (run) => run;
    for (const name of [QUEUE, DEAD_LETTERS]) {
      await this.engine.services.sqs.send(new PurgeQueueCommand({ QueueUrl: this.engine.queueUrl(name) }));
    }
  }

  runsOf = (taskId: string): number => this.#runs.get(taskId) ?? 0;

  get now(): number {
    return this.#now;
  }

  pass(seconds: number): void {
    this.#now += seconds * 1_000;
  }

  /** Puts a message into the queue, as an operator or a second sender does. */
  async send(body: string, queue = QUEUE): Promise<void> {
    const command = new SendMessageCommand({ QueueUrl: this.engine.queueUrl(queue), MessageBody: body });
    await this.engine.services.sqs.send(command);
  }

  /** Everything visible now, delivered. */
  async deliverAll(): Promise<void> {
    for (;;) {
      const message = await this.engine.receive(QUEUE);
      if (!message) return;
      await this.deliver(message);
    }
  }

  /** Moves a failed job's message from the dead-letter queue back, as SQS's own redrive does: new id, new time. */
  async redrive(): Promise<void> {
    const message = await this.receive(DEAD_LETTERS);
    await this.send(message.body);
    await this.engine.acknowledge(message, DEAD_LETTERS);
  }

  /** One submission, as the API makes it. @returns its id when it was accepted */
  submit(request: Partial<SubmitRequest> = {}, plan?: Plan) {
    return this.faults.run(plan, async () => {
      const wanted = { taskName: "test", tenant: "default", input: { value: 1 }, ...request };
      return (await submitJob(this.engine.services, wanted)).job.task_id;
    });
  }

  /** A job that was accepted. */
  async accepted(request: Partial<SubmitRequest> = {}): Promise<string> {
    const { value, error } = await this.submit(request);
    if (value === undefined) throw error;
    this.faults.taskId = value;
    return value;
  }

  async receive(queue = QUEUE): Promise<SQSRecord> {
    const message = await this.engine.receive(queue);
    if (!message) throw new Error(`No message came from ${queue}.`);
    return message;
  }

  /** One invocation of the worker, and the end of its message if it says so. */
  async invoke(message: SQSRecord, plan?: Plan) {
    const deadline = this.#now + 60_000;
    const lambda = { getRemainingTimeInMillis: () => deadline - this.#now };
    const ended = await this.faults.run(plan, () => this.engine.consume(message, lambda));
    if (ended.error !== undefined) throw ended.error;
    if (ended.value === "acknowledge") {
      await this.engine.acknowledge(message, QUEUE);
      await this.#checkAcknowledged(taskIdOf(message));
    }
    return ended;
  }

  /** {@link invoke}, and nothing may run once the job has ended. */
  async deliver(message: SQSRecord, plan?: Plan) {
    const ended = await this.invoke(message, plan);
    await this.#watch(taskIdOf(message));
    return ended;
  }

  sweep(plan?: Plan) {
    const { services, worker } = this.engine;
    return this.faults.run(plan, () =>
      sweep(services, { logger: worker.logger, remainingMs: () => 60_000, failed: this.lost }),
    );
  }

  find(taskId: string): Promise<JobRecord | undefined> {
    return this.engine.services.store.get(taskId);
  }

  /** Lets time pass, messages come back and the sweeper run, as they would in production, until nothing is left to do. */
  async recover(taskId: string): Promise<JobRecord | undefined> {
    this.faults.taskId = taskId;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.pass(round < 15 ? 61 : 601);
      const before = await this.find(taskId);
      if (before?.work_pk && !isReady(before.status)) await this.#sweepWell();
      await this.deliverAll();
      const record = await this.#watch(taskId);
      if ((!record || isReady(record.status)) && (await this.isQueueEmpty())) return record;
      if (record?.status === "PENDING" && !record.work_pk && (await this.isQueueEmpty())) return record;
    }
    throw new Error(`Job ${taskId} is stuck: ${JSON.stringify(await this.find(taskId))}`);
  }

  async #sweepWell(): Promise<void> {
    const { error } = await this.sweep();
    if (error !== undefined) throw error;
  }

  async isQueueEmpty(): Promise<boolean> {
    return (await this.#messagesIn(QUEUE)) === 0;
  }

  async #messagesIn(queue: string): Promise<number> {
    const { visible, inFlight, delayed } = await this.engine.counts(queue);
    return visible + inFlight + delayed;
  }

  /** Nothing may run after SUCCESS or REVOKED. */
  async #watch(taskId: string): Promise<JobRecord | undefined> {
    const record = await this.find(taskId);
    const runs = this.runsOf(taskId);
    if (record?.status === "SUCCESS" || record?.status === "REVOKED") {
      expect(runs, "runs after the job's end").toBe(this.#runsAtEnd.get(taskId) ?? runs);
      this.#runsAtEnd.set(taskId, runs);
    }
    return record;
  }

  /** A message may go only if its job has ended, or another one of it is in the queue or will be sent. */
  async #checkAcknowledged(taskId: string): Promise<void> {
    const record = await this.find(taskId);
    if (!record || isReady(record.status)) return;
    const inQueue = await this.#messagesIn(QUEUE);
    const isSafe = record.needs_send === true || inQueue + (await this.#messagesIn(DEAD_LETTERS)) > 0;
    expect(isSafe, `the only message of a job that is ${record.status} was acknowledged`).toBe(true);
  }

  /** Dead letters of a job that lie in the queue. */
  async deadLettersOf(taskId: string): Promise<number> {
    let count = 0;
    for (;;) {
      const message = await this.engine.receive(DEAD_LETTERS);
      if (!message) return count;
      if (message.body.includes(taskId)) count += 1;
    }
  }

  /**
   * What must hold of every accepted job once all has come to rest.
   * @param expected.runs at the most
   */
  async check(taskId: string, expected: { readonly end: readonly JobState[]; readonly runs: number }): Promise<void> {
    const record = await this.recover(taskId);
    expect(expected.end).toContain(record?.status);
    expect(this.runsOf(taskId), "runs").toBeLessThanOrEqual(expected.runs);
    expect(record?.attempts).toBeLessThanOrEqual(record?.max_attempts ?? 0);
    const successes = record?.events.filter((event) => event.s === "SUCCESS") ?? [];
    expect(successes.length, "committed results").toBe(record?.status === "SUCCESS" ? 1 : 0);
    if (record?.status === "SUCCESS") {
      const result = await this.engine.services.store.readResult(record);
      expect(result).toMatchObject({ value: expect.anything() });
    }
    if (record?.status === "FAILURE") {
      expect(await this.deadLettersOf(taskId), "dead letters").toBeGreaterThan(0);
      expect(this.failuresHandled.get(taskId), "calls of onFailure").toBeGreaterThan(0);
    }
  }
}

const taskIdOf = (message: SQSRecord): string =>
  z.object({ task_id: z.string() }).parse(JSON.parse(message.body)).task_id;

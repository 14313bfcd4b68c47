/**
 * A function with its processes: started when there is work, kept warm, ended when idle.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import type { StackLog } from "../log.ts";
import { FunctionProcess, type Outcome, type ProcessConfig } from "./process.ts";
import type { FunctionError } from "./protocol.ts";

/** A function and how many of its processes may run at once. */
export interface PoolConfig extends Omit<ProcessConfig, "output" | "runtime"> {
  readonly name: string;
  readonly arn: string;
  /** Processes at once. */
  readonly concurrency: number;
}

/** An event that a process works on at the moment. */
export interface Running {
  readonly functionName: string;
  readonly pid: number;
  readonly requestId: string;
  /** Of the SQS records in the event. */
  readonly messageIds: readonly string[];
  readonly startedAt: number;
}

/** What a pool of function processes needs. */
export interface PoolOptions {
  readonly runtime: string;
  readonly log: StackLog;
  /** Milliseconds after which an idle process ends. */
  readonly idleMs?: number;
  /** Milliseconds of the first pause after a failed start; doubles up to `maxBackoffMs`. */
  readonly backoffMs?: number;
  readonly maxBackoffMs?: number;
}

const stopped: FunctionError = { errorType: "Runtime.Stopped", errorMessage: "The stack is stopping." };

const initFailed = (error: FunctionError): Outcome => ({ ok: false, error });

/** The warm processes of one function: reuses them, starts more, ends idle ones. */
export class FunctionPool {
  readonly config: PoolConfig;
  readonly #options: Required<PoolOptions>;
  readonly #idle: { process: FunctionProcess; since: number }[] = [];
  readonly #running = new Map<FunctionProcess, Running>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #failedStarts = 0;
  #blockedUntil = 0;
  #lastError: FunctionError = { errorType: "Runtime.Unknown", errorMessage: "" };
  #reaper: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(config: PoolConfig, options: PoolOptions) {
    this.config = config;
    this.#options = { idleMs: 60_000, backoffMs: 500, maxBackoffMs: 30_000, ...options };
  }

  /** What runs now, oldest first. */
  running(): Running[] {
    return [...this.#running.values()];
  }

  /** Milliseconds until another start may be tried; 0 unless starts have failed. */
  get blockedMs(): number {
    return Math.max(0, this.#blockedUntil - Date.now());
  }

  /**
   * Runs an event, waiting for a free process if all are busy. Never rejects.
   * @param event JSON text
   */
  async invoke(event: string, messageIds: readonly string[] = []): Promise<Outcome> {
    while (this.#busy >= this.config.concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
    try {
      const process = await this.#acquire();
      if (!(process instanceof FunctionProcess)) return initFailed(process);
      return await this.#run(process, event, messageIds);
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Ends idle processes now and busy ones after `graceMs` at most. */
  async stop(graceMs: number): Promise<void> {
    const until = Date.now() + graceMs;
    while (this.#busy > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    this.#stopped = true;
    clearInterval(this.#reaper);
    for (const { process } of this.#idle.splice(0)) process.release();
    for (const process of this.#running.keys()) process.kill();
  }

  async #run(process: FunctionProcess, event: string, messageIds: readonly string[]): Promise<Outcome> {
    const { name, arn } = this.config;
    const requestId = randomUUID();
    const { pid = 0 } = process;
    this.#running.set(process, { functionName: name, pid, requestId, messageIds, startedAt: Date.now() });
    const outcome = await process.invoke({ requestId, event, arn });
    this.#running.delete(process);
    if (!outcome.ok)
      this.#options.log.debug(`${name} failed: ${outcome.error.errorType}: ${outcome.error.errorMessage}`);
    if (process.alive && !this.#stopped) this.#keep(process);
    else process.kill();
    return outcome;
  }

  #keep(process: FunctionProcess): void {
    this.#idle.push({ process, since: Date.now() });
    this.#reaper ??= setInterval(() => this.#reap(), Math.max(50, this.#options.idleMs / 4)).unref();
  }

  #reap(): void {
    const old = Date.now() - this.#options.idleMs;
    while (this.#idle[0] && this.#idle[0].since <= old) this.#idle.shift()?.process.release();
  }

  /** The process used last, because it is warmest, or a new one. */
  async #acquire(): Promise<FunctionProcess | FunctionError> {
    for (let warm = this.#idle.pop(); warm; warm = this.#idle.pop()) if (warm.process.alive) return warm.process;
    if (this.#stopped) return stopped;
    if (this.blockedMs > 0) return this.#lastError;
    const { log, runtime } = this.#options;
    const started = await FunctionProcess.start({
      ...this.config,
      runtime,
      output: (line) => log.output(this.config.name, line),
    });
    if (!(started instanceof FunctionProcess)) {
      this.#backOff(started);
      return started;
    }
    this.#failedStarts = 0;
    if (!this.#stopped) return started;
    started.kill();
    return stopped;
  }

  #backOff(error: FunctionError): void {
    const { backoffMs, maxBackoffMs, log } = this.#options;
    this.#lastError = error;
    if (this.blockedMs > 0) return;
    const pause = Math.min(maxBackoffMs, backoffMs * 2 ** this.#failedStarts);
    this.#failedStarts += 1;
    this.#blockedUntil = Date.now() + pause;
    const seconds = (pause / 1_000).toFixed(1);
    const times = this.#failedStarts === 1 ? "" : ` (${this.#failedStarts} times in a row)`;
    log.warn(
      `${this.config.name} did not start${times}: ${error.errorMessage}. Next try in ${seconds} s at the earliest.`,
    );
    for (const line of error.trace ?? []) log.output(this.config.name, line);
  }
}

/**
 * Keeps worker threads warm between calls; where one run per thread is enough, runInThread is simpler.
 *
 * @module
 */

import { type Transferable, Worker, type WorkerOptions } from "node:worker_threads";
import { withDeadline } from "./deadline.ts";
import type { CallMessage, ReplyMessage } from "./serve-calls.ts";

/** How many threads there are, and how long they live. */
export interface ThreadPoolOptions {
  /** Most threads at once; further borrowers wait. */
  readonly size: number;
  readonly resourceLimits?: WorkerOptions["resourceLimits"];
  /** Classes that an error of a thread becomes again, by its name: only plain data crosses the border. */
  readonly errors?: Readonly<Record<string, new (message: string) => Error>>;
}

/** The signal and the progress of a call. */
export interface CallOptions {
  readonly signal: AbortSignal;
  readonly transfer?: readonly Transferable[];
}

/** The thread ended while it worked: out of memory, or a crash of its own. */
export class ThreadEndedError extends Error {
  readonly outOfMemory: boolean;

  constructor(message: string, outOfMemory: boolean) {
    super(message);
    this.name = "ThreadEndedError";
    this.outOfMemory = outOfMemory;
  }
}

/** Seconds after which a call's use of a processor is counted; until then all time counts. */
const FIRST_LOOK = 1;

/** A thread that serves calls (see serveCalls), one after the other. */
export class PooledThread<Call, Answer> {
  readonly #worker: Worker;
  readonly #errors: ThreadPoolOptions["errors"];
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #next = 0;
  #ended = false;

  constructor(url: URL, options: ThreadPoolOptions) {
    this.#errors = options.errors;
    this.#worker = new Worker(url, options.resourceLimits ? { resourceLimits: options.resourceLimits } : {});
    this.#worker.on("message", (reply: ReplyMessage<Answer>) => this.#settle(reply));
    this.#worker.on("error", (error: Error & { code?: string }) => {
      this.#fail(new ThreadEndedError(error.message, error.code === "ERR_WORKER_OUT_OF_MEMORY"));
    });
    this.#worker.on("exit", (code) => this.#fail(new ThreadEndedError(`The thread ended with code ${code}.`, false)));
  }

  /** False once it was ended or has ended itself: the pool then starts another. */
  get usable(): boolean {
    return !this.#ended;
  }

  /**
   * Makes one call.
   * @throws the signal's reason when it is aborted first; the thread is then ended, for its work cannot be stopped otherwise
   * @throws ThreadEndedError
   * @throws what the thread's work threw, as one of the pool's error classes if it is one
   */
  async call(call: Call, { signal, transfer = [] }: CallOptions): Promise<Answer> {
    signal.throwIfAborted();
    if (this.#ended) throw new ThreadEndedError("The thread has ended.", false);
    const id = this.#next++;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(id, waiting);
    const abort = () => {
      this.#fail(signal.reason);
      void this.end();
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      this.#worker.postMessage({ id, call } satisfies CallMessage<Call>, [...transfer]);
      return await waiting.promise;
    } finally {
      this.#waiting.delete(id);
      signal.removeEventListener("abort", abort);
    }
  }

  /**
   * Makes one call that may take so many seconds of a processor.
   * @throws DeadlineError, and what `call` throws; the thread is then ended
   */
  async callWithin(seconds: number, call: Call, { signal, transfer = [] }: CallOptions): Promise<Answer> {
    // Asked of a thread only once it has worked for a while: the answer takes as long as a short call.
    let before: Promise<number | undefined> | undefined;
    const ask = () => {
      before = this.processorSeconds();
    };
    const firstLook = Math.min(FIRST_LOOK, seconds / 2);
    const clock = setTimeout(ask, firstLook * 1_000);
    const used = async () => {
      const [now, then] = await Promise.all([this.processorSeconds(), before]);
      return now === undefined || then === undefined ? undefined : now - then + firstLook;
    };
    try {
      return await withDeadline({ signal, seconds, used }, (signal) => this.call(call, { signal, transfer }));
    } finally {
      clearTimeout(clock);
    }
  }

  /** Seconds of a processor that the thread has used since it started; undefined where Node does not report it. */
  async processorSeconds(): Promise<number | undefined> {
    // Node has it from 24.6 on, and throws for a thread that is still starting.
    const usage = await this.#worker.cpuUsage?.().catch(() => ({ user: 0, system: 0 }));
    return usage && (usage.user + usage.system) / 1_000_000;
  }

  /** An idle thread must not keep the process alive. */
  hold(held: boolean): void {
    if (held) this.#worker.ref();
    else this.#worker.unref();
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }

  #settle(reply: ReplyMessage<Answer>): void {
    const waiting = this.#waiting.get(reply.id);
    if (reply.ok) {
      waiting?.resolve(reply.answer);
      return;
    }
    const known = this.#errors?.[reply.name];
    // What the work did not expect may have left the thread in any state.
    if (!known) void this.end();
    waiting?.reject(known ? new known(reply.message) : Object.assign(new Error(reply.message), { name: reply.name }));
  }

  #fail(reason: unknown): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(reason);
  }
}

/** Up to `size` threads of one file, started when first needed. */
export class ThreadPool<Call, Answer> {
  readonly #url: URL;
  readonly #options: ThreadPoolOptions;
  readonly #idle: PooledThread<Call, Answer>[] = [];
  readonly #queue: (() => void)[] = [];
  #busy = 0;

  /** @param url the thread's file: ``new URL(`./x.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url)`` */
  constructor(url: URL, options: ThreadPoolOptions) {
    this.#url = url;
    this.#options = options;
  }

  /**
   * Lends a thread for several calls.
   * @param use gets the thread, and a way to another one in its place once it has ended
   * @throws the signal's reason when it is aborted before a thread is free
   */
  async borrow<T>(
    signal: AbortSignal,
    use: (thread: PooledThread<Call, Answer>, another: () => PooledThread<Call, Answer>) => Promise<T>,
  ): Promise<T> {
    await this.#turn(signal);
    let thread: PooledThread<Call, Answer> | undefined;
    try {
      do thread = this.#idle.pop();
      while (thread && !thread.usable);
      thread ??= new PooledThread<Call, Answer>(this.#url, this.#options);
      thread.hold(true);
      return await use(thread, () => {
        thread = new PooledThread<Call, Answer>(this.#url, this.#options);
        return thread;
      });
    } finally {
      this.#busy--;
      if (thread?.usable) {
        thread.hold(false);
        this.#idle.push(thread);
      }
      this.#queue.shift()?.();
    }
  }

  /** Ends idle threads. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((thread) => thread.end()));
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#busy >= this.#options.size) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = () => reject(signal.reason);
      this.#queue.push(resolve);
      signal.addEventListener("abort", abort, { once: true });
      try {
        await promise;
      } catch (error) {
        const place = this.#queue.indexOf(resolve);
        // Woken and aborted at once: the turn goes to the next in line.
        if (place < 0) this.#queue.shift()?.();
        else this.#queue.splice(place, 1);
        throw error;
      } finally {
        signal.removeEventListener("abort", abort);
      }
    }
    this.#busy++;
  }
}

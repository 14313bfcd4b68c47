/**
 * Runs CPU-bound work beside the event loop, so that heartbeats continue and an abort really stops it.
 *
 * @module
 */

import { Worker } from "node:worker_threads";
import * as errors from "../../../contracts/errors.ts";
import type { ThreadReply } from "./serve-thread.ts";

/** The error of a thread, as its own class again: only plain data crosses the border. */
function revive(name: string, message: string): Error {
  const known: unknown = Object.entries(errors).find(([key]) => key === name)?.[1];
  if (typeof known === "function" && known.prototype instanceof errors.TaskError) {
    return Reflect.construct(known, [message]) as Error;
  }
  return Object.assign(new Error(message), { name });
}

/**
 * Runs a thread file (see serveThread) on one payload and ends it, whatever happens.
 * @param url the thread's file: ``new URL(`./x.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url)``
 * @param payload plain data (structured clone)
 * @returns what the thread's work returned; both sides are our own code, so its type is taken at its word
 * @throws the signal's reason once it is aborted; what the work threw, as its own class of contracts/errors.ts
 */
export function runInThread<T>(url: URL, payload: unknown, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const worker = new Worker(url, { workerData: payload });
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  worker.once("message", (reply: ThreadReply<T>) => {
    if (reply.ok) resolve(reply.value);
    else reject(revive(reply.name, reply.message));
  });
  worker.once("error", reject);
  worker.once("exit", (code) => reject(new Error(`The thread ended early with code ${code}.`)));
  return promise.finally(() => {
    signal.removeEventListener("abort", abort);
    return worker.terminate();
  });
}

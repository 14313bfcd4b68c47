import { parentPort, workerData } from "node:worker_threads";

/** What a thread sends back, once. */
export type ThreadReply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly name: string; readonly message: string };

/**
 * The whole of a thread file: does its work on the payload of runInThread and sends back what it returns or throws.
 * @throws Error outside a worker thread
 */
export async function serveThread<Payload, T>(work: (payload: Payload) => T | Promise<T>): Promise<void> {
  if (!parentPort) throw new Error("This file is a worker thread.");
  let reply: ThreadReply<T>;
  try {
    reply = { ok: true, value: await work(workerData as Payload) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    reply = { ok: false, name, message };
  }
  parentPort.postMessage(reply);
}

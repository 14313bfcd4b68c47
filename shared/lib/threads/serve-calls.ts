import { parentPort, type Transferable } from "node:worker_threads";

/** A call to a worker thread. */
export interface CallMessage<Call> {
  readonly id: number;
  readonly call: Call;
}

/** The reply of a worker thread. */
export type ReplyMessage<Answer> =
  | { readonly id: number; readonly ok: true; readonly answer: Answer }
  | { readonly id: number; readonly ok: false; readonly name: string; readonly message: string };

/**
 * The whole of a thread file of a ThreadPool: answers its calls in order.
 * @param transfer memory of an answer that moves to the caller instead of being copied
 * @throws Error outside a worker thread
 */
export function serveCalls<Call, Answer>(
  work: (call: Call) => Answer | Promise<Answer>,
  transfer: (answer: Answer) => Transferable[] = () => [],
): void {
  const port = parentPort;
  if (!port) throw new Error("This file is a worker thread.");
  let last: Promise<void> = Promise.resolve();
  const serve = async ({ id, call }: CallMessage<Call>): Promise<void> => {
    try {
      const answer = await work(call);
      port.postMessage({ id, ok: true, answer } satisfies ReplyMessage<Answer>, transfer(answer));
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      port.postMessage({ id, ok: false, name, message } satisfies ReplyMessage<Answer>);
    }
  };
  port.on("message", (message: CallMessage<Call>) => {
    last = last.then(() => serve(message));
  });
}

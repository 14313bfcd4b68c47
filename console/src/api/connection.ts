import { createStore } from "../store.ts";

/** Whether the API answers, seen from the calls that the page makes anyway. */

const down = createStore(false);
const retries = createStore(0);

export const connection = {
  /** True after a call without an answer, until one is answered. */
  down,
  /** Grows when the person asks to try again at once; pollers listen. */
  retries,
  failed: (): void => down.set(true),
  succeeded: (): void => down.set(false),
  retryNow: (): void => retries.set(retries.get() + 1),
};

addEventListener("offline", () => connection.failed());
addEventListener("online", () => connection.retryNow());

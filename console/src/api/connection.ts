/**
 * Whether the API answers, seen from the calls that the page makes anyway.
 *
 * @module
 */

import { createStore } from "../store.ts";

const down = createStore(false);
const refreshes = createStore(0);

/** Whether the API answers, as the last calls showed. */
export const connection = {
  /** True after a call without an answer, until one is answered. */
  down,
  /** Grows when everything that is shown shall be asked for again; pollers listen. */
  refreshes,
  failed: (): void => down.set(true),
  succeeded: (): void => down.set(false),
  /** After the person asked for it, or did something that shows in more than one place. */
  refreshAll: (): void => refreshes.set(refreshes.get() + 1),
};

addEventListener("offline", () => connection.failed());
addEventListener("online", () => connection.refreshAll());

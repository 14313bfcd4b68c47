/**
 * Keeps an AWS client from having more requests under way than it has sockets. Without this, a request that waits for a
 * socket of the pool ends as if the service had not answered: the SDK's connection timeout counts that wait, too.
 *
 * @module
 */

/** The part of an AWS SDK client that is needed here. */
interface Client {
  readonly middlewareStack: {
    addRelativeTo(
      middleware: <Arguments, Output>(
        next: (args: Arguments) => Promise<Output>,
      ) => (args: Arguments) => Promise<Output>,
      options: { relation: "after"; toMiddleware: string; name: string },
    ): void;
  };
}

/**
 * Requests of one client that are under way at once: below the 50 sockets that the SDK's pool has, and so few that, should
 * all of them time out, the SDK's retry quota still has tokens to try them again (10 of 500 for each).
 */
export const REQUESTS_AT_ONCE = 16;

/** Lets at most {@link REQUESTS_AT_ONCE} attempts of a client's requests run side by side; the others wait in order. */
export function boundRequests<T extends Client>(client: T): T {
  const run = atMost(REQUESTS_AT_ONCE);
  client.middlewareStack.addRelativeTo((next) => (args) => run(() => next(args)), {
    relation: "after",
    toMiddleware: "retryMiddleware",
    name: "boundRequests",
  });
  return client;
}

/** @returns a function that starts what it is given as soon as fewer than `limit` others run, first come first served */
function atMost(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < limit) running += 1;
    // A request that ends passes its place on, so that no later one can take it.
    else await new Promise<void>((start) => waiting.push(start));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

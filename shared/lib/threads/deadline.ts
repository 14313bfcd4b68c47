/** The time that some work may take ran out. */
export class DeadlineError extends Error {
  constructor(seconds: number) {
    super(`The work took longer than ${seconds} s.`);
    this.name = "DeadlineError";
  }
}

/**
 * Runs work under a signal that is aborted with the given one, or with DeadlineError when the time is over.
 * @returns what the work returns; the clock stops with it
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const clock = setTimeout(() => controller.abort(new DeadlineError(seconds)), seconds * 1_000);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(clock);
    signal.removeEventListener("abort", abort);
  }
}

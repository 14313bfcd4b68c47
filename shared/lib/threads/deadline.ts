/** The time that some work may take ran out. */
export class DeadlineError extends Error {
  constructor(seconds: number) {
    super(`The work took longer than ${seconds} s.`);
    this.name = "DeadlineError";
  }
}

/** However busy the machine is, work ends when so many times its seconds have passed. */
const MOST_WAITING = 6;
/** Seconds until the next check of work that has not used its time. */
const LEAST_REST = 0.25;

/** What ends work. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly seconds: number;
  /**
   * Seconds of a processor that the work has used so far, where that is known: on a busy machine it gets that much, rather
   * than the time that passes; six times the seconds at most.
   */
  readonly used?: (() => Promise<number | undefined>) | undefined;
}

/**
 * Runs work under a signal that is aborted with the given one, or with DeadlineError when the time is over.
 * @returns what the work returns; the clock stops with it
 */
export async function withDeadline<T>(
  { signal, seconds, used }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const started = performance.now();
  let clock: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    const passed = (performance.now() - started) / 1_000;
    const spent = (await used?.().catch(() => undefined)) ?? passed;
    if (controller.signal.aborted) return;
    if (spent >= seconds || passed >= seconds * MOST_WAITING) controller.abort(new DeadlineError(seconds));
    else if (!over) clock = setTimeout(look, Math.max(LEAST_REST, seconds - spent) * 1_000);
  };
  let over = false;
  clock = setTimeout(look, seconds * 1_000);
  try {
    return await work(controller.signal);
  } finally {
    over = true;
    clearTimeout(clock);
    signal.removeEventListener("abort", abort);
  }
}

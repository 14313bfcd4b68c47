/**
 * Waits for work, and after it was aborted no longer than a grace period: code that ignores its signal must not hang its
 * worker. What the work throws after that is ignored.
 * @throws the work's own error, or the signal's reason when the grace period is over
 */
export function withGracePeriod<T>(working: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let grace: NodeJS.Timeout | undefined;
    const startGracePeriod = () => {
      grace = setTimeout(() => reject(signal.reason), graceMs);
    };
    if (signal.aborted) startGracePeriod();
    else signal.addEventListener("abort", startGracePeriod, { once: true });
    void working.then(resolve, reject).finally(() => {
      clearTimeout(grace);
      signal.removeEventListener("abort", startGracePeriod);
    });
  });
}

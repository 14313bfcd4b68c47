/**
 * Waits for work, and no more than a grace after it was aborted: code that ignores its signal must not hang its worker.
 * What abandoned work throws later is ignored.
 */
export function abandonable<T>(working: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let grace: NodeJS.Timeout | undefined;
    const abandon = () => {
      grace = setTimeout(() => reject(signal.reason), graceMs);
    };
    if (signal.aborted) abandon();
    else signal.addEventListener("abort", abandon, { once: true });
    void working.then(resolve, reject).finally(() => {
      clearTimeout(grace);
      signal.removeEventListener("abort", abandon);
    });
  });
}

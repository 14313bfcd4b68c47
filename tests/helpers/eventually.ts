const STEP_MS = 25;
/** Ends a wait for what will never come, before the test's own limit does without a word. No measure of speed. */
const LONGEST_SECONDS = 200;

/**
 * Waits until `probe` gives a value other than undefined or false.
 * @throws Error with `what` when that has not happened in time
 */
export async function eventually<T>(
  what: string | (() => string),
  probe: () => T | Promise<T>,
  seconds = LONGEST_SECONDS,
): Promise<Exclude<T, undefined | false>> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    if (Date.now() > until) throw new Error(`Not within ${seconds} s: ${typeof what === "string" ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

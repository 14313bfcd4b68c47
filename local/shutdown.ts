/**
 * How the process ends: at the first signal orderly, at the second at once.
 *
 * @module
 */

const EXIT_INTERRUPTED = 130;
/** npm passes on a signal that the terminal has sent already; that is not the user's second one. */
const SAME_SIGNAL_MS = 500;
const PARENT_CHECK_MS = 500;

/**
 * Calls `stop` at the first SIGINT or SIGTERM and exits with 0 when it is done, or the process's own exit code, 1 when it fails. npm's shell dies of a
 * SIGTERM without passing it on, so under npm the end of the parent counts as one.
 */
export function onShutdown(stop: () => Promise<void>): void {
  let since: number | undefined;
  const handle = () => {
    if (since !== undefined) {
      if (Date.now() - since > SAME_SIGNAL_MS) process.exit(EXIT_INTERRUPTED);
      return;
    }
    since = Date.now();
    stop().then(
      // A code that is set already says why it ends.
      () => process.exit(),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", handle);
  process.on("SIGTERM", handle);
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    handle();
  }, PARENT_CHECK_MS);
  timer.unref();
}

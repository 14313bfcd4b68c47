import { useEffect } from "preact/hooks";
import { formatClock, formatExact, formatRelative, formatZone } from "../format/time.ts";
import { createStore, useStore } from "../store.ts";

/** One clock for all times of the page, which stands still while nobody looks. */
const now = createStore(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

const tick = (): void => {
  if (!document.hidden) now.set(Date.now());
};

/** The present time, updated every second. */
function useNow(): number {
  useEffect(() => {
    watchers += 1;
    timer ??= setInterval(tick, 1_000);
    return () => {
      watchers -= 1;
      if (watchers > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  return useStore(now);
}

/** `5 min ago`, with the exact time on hover. */
export function Time({ at }: { readonly at: string | null }) {
  const current = useNow();
  if (at === null) return <span class="muted">–</span>;
  const time = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(time)}>
      {formatRelative(time, Math.max(current, Date.now() - 1_000))}
    </time>
  );
}

/** In which zone the page's times are, at its foot; styles/messages.css hides it where there is none. */
export function TimeZone() {
  const zone = formatZone(new Intl.DateTimeFormat().resolvedOptions().timeZone, new Date());
  return <p class="time-zone muted small">Times in {zone}</p>;
}

/** `14:05:09`, where what is between two times matters more than how long ago they were. */
export function Clock({ at }: { readonly at: string }) {
  const time = Date.parse(at);
  return (
    <time class="clock" dateTime={at} title={formatExact(time)}>
      {formatClock(time)}
    </time>
  );
}

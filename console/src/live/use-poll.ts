/**
 * Live data: asked for again and again while the page is seen.
 *
 * @module
 */

import { useEffect, useRef, useState } from "preact/hooks";
import { connection } from "../api/connection.ts";
import { cached, keep } from "./cache.ts";
import { nextDelay } from "./pace.ts";

/** The last answer of a poll, and its error. */
export interface Polled<T> {
  /** The newest answer; the one before while a new one is on its way. */
  readonly data: T | undefined;
  /** Why the last poll failed; undefined again after one that did not. */
  readonly error: unknown;
  /** Asks now, and quickly for a while, as something is expected to change. */
  readonly refresh: () => void;
}

/** What is polled, and how often. */
export interface PollOptions<T> {
  /** Names what is asked for; another key starts again. */
  readonly key: string;
  /** Milliseconds, which may depend on the last answer; 0 asks once. */
  readonly every: number | ((data: T | undefined) => number);
}

interface State<T> {
  readonly key: string;
  readonly data: T | undefined;
  readonly error: unknown;
}

/**
 * Polls while the component is mounted and the tab is visible. What rests (0) is asked for again by {@link Polled.refresh} alone.
 * @param load must pass the signal on, so that an answer that nobody waits for is not awaited
 */
export function usePoll<T>(load: (signal: AbortSignal) => Promise<T>, { key, every }: PollOptions<T>): Polled<T> {
  const start = (): State<T> => ({ key, data: cached(key) as T | undefined, error: undefined });
  const [state, setState] = useState(start);
  const latest = useRef({ load, every });
  latest.current = { load, every };
  const refresh = useRef(() => {});

  useEffect(() => {
    let controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let unchanged = 0;
    let failures = 0;
    let last = cached(key) as T | undefined;
    let before = JSON.stringify(last);
    const interval = (): number => {
      const { every: wanted } = latest.current;
      return typeof wanted === "number" ? wanted : wanted(last);
    };

    const poll = async (): Promise<void> => {
      clearTimeout(timer);
      controller.abort();
      controller = new AbortController();
      const { signal } = controller;
      try {
        const data = await latest.current.load(signal);
        if (signal.aborted) return;
        const now = JSON.stringify(data);
        unchanged = now === before ? unchanged + 1 : 0;
        failures = 0;
        before = now;
        last = data;
        keep(key, data);
        setState((was) =>
          unchanged > 0 && was.key === key && was.data !== undefined && was.error === undefined
            ? was
            : { key, data, error: undefined },
        );
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        setState((was) => ({ key, data: was.key === key ? was.data : undefined, error }));
      }
      schedule();
    };
    const schedule = (): void => {
      clearTimeout(timer);
      const pace = { every: interval(), unchanged, failures };
      if (document.hidden || (pace.every === 0 && failures === 0)) return;
      timer = setTimeout(() => void poll(), nextDelay(pace));
    };
    const again = (): void => {
      unchanged = 0;
      void poll();
    };
    const seen = (): void => {
      if (document.hidden) clearTimeout(timer);
      // What is asked for once is not asked for again because somebody looks at it again.
      else if (interval() > 0 || failures > 0 || last === undefined) again();
    };

    refresh.current = again;
    document.addEventListener("visibilitychange", seen);
    const endRefreshes = connection.refreshes.subscribe(again);
    again();
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      endRefreshes();
    };
  }, [key]);

  const shown = state.key === key ? state : start();
  return { data: shown.data, error: shown.error, refresh: () => refresh.current() };
}

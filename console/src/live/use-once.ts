/**
 * Data that is asked for when somebody wants it, and not again by itself: its request is not free of cost.
 *
 * @module
 */

import { useEffect, useState } from "preact/hooks";
import { connection } from "../api/connection.ts";
import { cached, keep } from "./cache.ts";
import type { Polled } from "./use-poll.ts";

interface State<T> {
  readonly key: string;
  readonly data: T | undefined;
  readonly error: unknown;
}

/**
 * Asks when the screen opens, when the key is another, and when it is told to.
 * @param key names what is asked for
 */
export function useOnce<T>(load: (signal: AbortSignal) => Promise<T>, key: string): Polled<T> {
  const start = (): State<T> => ({ key, data: cached(key) as T | undefined, error: undefined });
  const [state, setState] = useState(start);
  const [round, setRound] = useState(0);
  const refresh = () => setRound((before) => before + 1);

  useEffect(() => connection.refreshes.subscribe(refresh), []);
  useEffect(() => {
    const controller = new AbortController();
    const settle = (answer: Pick<State<T>, "data" | "error">): void => {
      if (!controller.signal.aborted) setState({ key, ...answer });
    };
    load(controller.signal).then(
      (data) => {
        keep(key, data);
        settle({ data, error: undefined });
      },
      (error: unknown) => settle({ data: undefined, error }),
    );
    return () => controller.abort();
  }, [key, round]);

  const { data, error } = state.key === key ? state : start();
  return { data, error, refresh };
}

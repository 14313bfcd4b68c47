/**
 * The jobs of a run with faults: most are plain, and each kind comes again and again.
 *
 * @module
 */

import type { Order } from "./chaos-checks.ts";

/** A job, with what its caller orders of it. */
export interface Planned {
  readonly task: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly order: Order;
}

/** Callers that lose the answer and ask again with the same key. */
export const asksTwice = (index: number): boolean => index % 30 === 5;

/**
 * The job with this number.
 * @param receiver where webhooks go
 */
export function planned(index: number, receiver: string): Planned {
  const echo = `job ${index}`;
  const expires = index % 50 === 37;
  const order: Order = {
    echo,
    fails: index % 20 === 7 && !expires,
    isRevoked: index % 50 === 11,
    hasCallback: index % 25 === 3 || index % 100 === 7,
    isLong: index % 100 === 43,
    isCritical: index % 40 === 29,
    expiresIn: expires ? 5 : undefined,
  };
  const input = {
    echo: {
      is: echo,
      ...(order.fails && { fail: "as ordered" }),
      ...(order.isLong && { steps: true }),
      ...(index % 40 === 13 && { sleep_ms: 1_500 }),
      // Too large for the record: it goes by S3.
      ...(index % 50 === 21 && { large: echo.repeat(20_000) }),
    },
  };
  const body = {
    input,
    ...(order.hasCallback && { callback_url: receiver }),
    ...(index % 60 === 17 && { delay_seconds: 20 }),
    // Every other one is due only after that.
    ...(expires && { expires_in: order.expiresIn, ...(index % 100 === 87 && { delay_seconds: 10 }) }),
  };
  const text = `${echo} is a report on ferries, tides and the harbour of Kalmar.`;
  if (order.isCritical) return { task: "rewrite_content", body: { ...body, input: { text, goal: "shorter" } }, order };
  if (index % 50 === 31) return { task: "summarize", body: { ...body, input: { text } }, order };
  return { task: "health_check", body, order };
}

/**
 * How many requests a second a project's keys make, as one instance of the function sees it: a bucket of tokens for each
 * project, in memory. An instance answers one request at a time and knows nothing of the others, so this is a bound for
 * what a single client does in a loop, and costs nothing.
 *
 * @module
 */

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets that are kept; beyond, those that are full again are forgotten. */
const MOST_BUCKETS = 1_000;

/** The requests of each project within the last moments. */
export class RequestRate {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Counts a request.
   * @param rate requests a second; as many may come at once
   * @returns seconds until there is room for it; 0: it was counted
   */
  secondsUntilRoom(tenant: string, rate: number): number {
    const now = this.#now();
    const { tokens, at } = this.#buckets.get(tenant) ?? { tokens: rate, at: now };
    const left = Math.min(rate, tokens + (Math.max(0, now - at) / 1_000) * rate);
    const isAdmitted = left >= 1;
    this.#buckets.set(tenant, { tokens: isAdmitted ? left - 1 : left, at: now });
    if (this.#buckets.size > MOST_BUCKETS) this.#forgetFull(now);
    return isAdmitted ? 0 : (1 - left) / rate;
  }

  /** A bucket is full after a second, whatever its rate. */
  #forgetFull(now: number): void {
    for (const [tenant, { at }] of this.#buckets) if (now - at >= 1_000) this.#buckets.delete(tenant);
  }
}

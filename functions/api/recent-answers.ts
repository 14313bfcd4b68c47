/**
 * Answers that may be given again for a while, to callers that say so: many tabs that show the same page then cost no more
 * than one.
 *
 * @module
 */

/** Answers kept at the most; the oldest goes first. */
const KEPT = 100;

/** For how long an answer may be given again, and the time. */
export interface Freshness {
  /** Milliseconds; with 0, a kept answer is never given. */
  readonly maxAgeMs: number;
  readonly now: number;
}

/** Keeps the latest answer for each key. An answer that failed is not kept. */
export class RecentAnswers<T> {
  readonly #kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();

  /** @returns an answer for the key that is no older than allowed, or else a new one */
  get(key: string, { maxAgeMs, now }: Freshness, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    if (known && now - known.at < maxAgeMs) return known.answer;
    const made = { at: now, answer: make() };
    this.#kept.delete(key);
    this.#kept.set(key, made);
    made.answer.catch(() => this.#kept.get(key) === made && this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return made.answer;
  }
}

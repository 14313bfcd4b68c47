/**
 * What was loaded once, by key, for the life of the process. A failure is not remembered: the next attempt loads again.
 *
 * @module
 */

/** Results of loading, each shared by all who ask for it. */
export class Remembered<Value> {
  readonly #loaded = new Map<string, Promise<Value>>();

  /** What is known under a key, or else what `load` gives. @throws what `load` throws */
  get(key: string, load: () => Promise<Value>): Promise<Value> {
    const known = this.#loaded.get(key);
    if (known) return known;
    const loading = load();
    this.#loaded.set(key, loading);
    loading.catch(() => {
      if (this.#loaded.get(key) === loading) this.#loaded.delete(key);
    });
    return loading;
  }

  /** Has the next {@link get} load again. @returns false when nothing was known */
  forget(key: string): boolean {
    return this.#loaded.delete(key);
  }
}

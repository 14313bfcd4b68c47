/**
 * Stands for the modules that a unit test of the engine's decisions does not run: notes each call, in order, and gives
 * the answer that the test has for it.
 *
 * @module
 */

/** One call: what was called, and with what. */
export type Call = readonly [name: string, ...given: unknown[]];

/** Notes calls and answers them. */
export class Recorder {
  readonly calls: Call[] = [];
  /** By name: a value, an Error to be thrown, or a function of what the call is given. Undefined when there is none. */
  answers: Record<string, unknown> = {};

  /** Forgets calls and answers. */
  clear(): void {
    this.calls.length = 0;
    this.answers = {};
  }

  /** A function of that name; services that it is given as the first argument are not noted. */
  call(name: string, { hasServices = false } = {}) {
    return (...given: unknown[]): unknown => {
      this.calls.push([name, ...(hasServices ? given.slice(1) : given)]);
      const answer = this.answers[name];
      const found = typeof answer === "function" ? answer(...given) : answer;
      if (found instanceof Error) throw found;
      return found;
    };
  }

  /** The same for code that awaits it. */
  asked(name: string, options: { readonly hasServices?: boolean } = {}) {
    const call = this.call(name, options);
    return async (...given: unknown[]): Promise<unknown> => call(...given);
  }

  /** An object whose every method is {@link asked}. */
  methods(prefix = ""): Record<string, (...given: unknown[]) => Promise<unknown>> {
    return new Proxy({}, { get: (_, name) => this.asked(`${prefix}${String(name)}`) });
  }

  /** What was called, by name. */
  get names(): string[] {
    return this.calls.map(([name]) => name);
  }
}

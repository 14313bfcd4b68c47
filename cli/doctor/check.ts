/**
 * One line of `sluice doctor`.
 *
 * @module
 */

/** The outcome of one check. */
export type Verdict = "OK" | "WARN" | "FAIL";

/** One line of `sluice doctor`: what was checked, the verdict, and what to do. */
export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  readonly detail: string;
  /** What to do, when it is not OK. */
  readonly advice?: string;
}

/** A check that passed. */
export const ok = (name: string, detail: string): Check => ({ name, verdict: "OK", detail });
/** A check that passed with a reservation, and what to do about it. */
export const warn = (name: string, detail: string, advice: string): Check => ({
  name,
  verdict: "WARN",
  detail,
  advice,
});
/** A check that failed. @param advice what to do about it, unless the detail says so */
export const fail = (name: string, detail: string, advice?: string): Check => ({
  name,
  verdict: "FAIL",
  detail,
  ...(advice === undefined ? {} : { advice }),
});

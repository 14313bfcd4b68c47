/**
 * One line of `sluice doctor`.
 *
 * @module
 */

export type Verdict = "OK" | "WARN" | "FAIL";

export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  readonly detail: string;
  /** What to do, when it is not OK. */
  readonly advice?: string;
}

export const ok = (name: string, detail: string): Check => ({ name, verdict: "OK", detail });
export const warn = (name: string, detail: string, advice: string): Check => ({
  name,
  verdict: "WARN",
  detail,
  advice,
});
export const fail = (name: string, detail: string, advice: string): Check => ({
  name,
  verdict: "FAIL",
  detail,
  advice,
});

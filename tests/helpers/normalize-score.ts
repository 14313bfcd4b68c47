/**
 * Counts what a filled schema holds against what a reader would have filled in.
 *
 * @module
 */

/** Values by what became of them. */
export interface Score {
  /** As expected. */
  right: number;
  /** Another value than the expected one. */
  wrong: number;
  /** A value where the request states none. */
  invented: number;
  /** Expected and not there. */
  missing: number;
}

/** Each value by its place; an array of plain values is one place, as its order and number count too. */
function leavesOf(value: unknown, path = ""): [path: string, value: string][] {
  if (value === null || value === undefined) return [];
  const plainArray = Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null);
  if (typeof value !== "object" || plainArray) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, child]) => leavesOf(child, `${path}/${name}`));
}

/** The places that are not right, as "/path: got, not wanted". */
export function scoreValues(given: unknown, wanted: unknown): { score: Score; faults: string[] } {
  const score: Score = { right: 0, wrong: 0, invented: 0, missing: 0 };
  const faults: string[] = [];
  const got = new Map(leavesOf(given));
  const want = new Map(leavesOf(wanted));
  for (const [path, value] of want) {
    const found = got.get(path);
    if (found === value) score.right++;
    else {
      score[found === undefined ? "missing" : "wrong"]++;
      faults.push(`${path}: ${found ?? "missing"}, not ${value}`);
    }
  }
  for (const [path, value] of got) {
    if (want.has(path)) continue;
    score.invented++;
    faults.push(`${path}: ${value} is invented`);
  }
  return { score, faults };
}

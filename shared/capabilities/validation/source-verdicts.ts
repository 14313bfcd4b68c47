import type { Problem } from "./check-source.ts";
import type { Reached } from "./reach.ts";

/** The verdict on each source. @param reached the results of requesting their pages; undefined where none was requested */
export function verdictsOf(problems: readonly (readonly Problem[])[], reached: readonly (Reached | undefined)[] = []) {
  return problems.map((own, index) => {
    const { reachable = null, status = null, message = null } = reached[index] ?? {};
    const all = [
      ...own,
      ...(reachable === false && message !== null ? [{ code: "unreachable" as const, message }] : []),
    ];
    return { number: index + 1, is_valid: all.length === 0, problems: all, reachable, status };
  });
}

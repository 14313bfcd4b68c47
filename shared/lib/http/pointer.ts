import type { z } from "zod";
import type { Fault } from "./problem.ts";

/** A JSON pointer (RFC 6901) for a path of keys; empty for the document itself. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/**
 * What zod found wrong, one fault per field.
 * @param prefix where the checked value is in the request, such as `["input"]`
 */
export function faultsOf(issues: readonly z.core.$ZodIssue[], prefix: readonly PropertyKey[] = []): Fault[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    // The key's own rule says what is wrong with it.
    if (issue.code === "invalid_key") {
      return issue.issues.map(({ message }) => ({ path: jsonPointer(path), message: `the key ${message}` }));
    }
    if (issue.code !== "unrecognized_keys") return [{ path: jsonPointer(path), message: issue.message }];
    return issue.keys.map((key) => ({ path: jsonPointer([...path, key]), message: "unknown field" }));
  });
}

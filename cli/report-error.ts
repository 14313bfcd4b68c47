/**
 * Turns whatever a command threw into one line, an exit code and, for `--json`, problem details.
 *
 * @module
 */

import { SluiceError, UnreachableError, WaitTimeoutError } from "../client/index.ts";
import type { Problem } from "../contracts/problem.ts";
import { CliError, type Exit } from "./exit-codes.ts";
import { listingOf } from "./listings.ts";
import { printable } from "./output/text.ts";

/** What is printed for an error, and the exit code. */
export interface Report {
  readonly exit: Exit;
  readonly line: string;
  readonly problem: Omit<Problem, "status"> & { readonly status: number | null };
}

/** Turns any error into words for the terminal and an exit code. */
export function reportError(error: unknown): Report {
  const exit = exitFor(error);
  const line = printable(lineFor(error)).replaceAll("\n", " ");
  const problem = (error instanceof SluiceError && error.problem) || {
    type: "about:blank",
    title: titles[exit] ?? "Error",
    status: null,
    detail: line,
  };
  return { exit, line, problem };
}

function exitFor(error: unknown): Exit {
  if (error instanceof CliError) return error.exit;
  if (error instanceof WaitTimeoutError) return "timeout";
  if (error instanceof UnreachableError) return "unreachable";
  if (error instanceof SluiceError) return exitForStatus(error.status);
  if (error instanceof Error && error.name === "AbortError") return "interrupted";
  return "bug";
}

function exitForStatus(status = 0): Exit {
  if (status === 401 || status === 403) return "unreachable";
  if (status === 404) return "missing";
  if (status === 409) return "conflict";
  if (status === 429 || status >= 500) return "unavailable";
  return "usage";
}

const titles: Partial<Record<Exit, string>> = {
  usage: "Wrong usage",
  unreachable: "Not reachable",
  missing: "Not found",
  conflict: "Conflict",
  timeout: "Timed out",
  bug: "Internal error",
  interrupted: "Interrupted",
};

function lineFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof SluiceError)) return error.message;
  const faults = error.problem?.errors ?? [];
  if (faults.length > 0) return faults.map(({ path, message }) => `${fieldName(path)}: ${message}`).join("; ");
  if (error.status === 401) return `${error.message} Give one with --key or SLUICE_API_KEY.`;
  const missing = error.status === 404 ? listingOf(/^There is no (\w+) [^\n]*\.$/.exec(error.message)?.[1]) : undefined;
  // The API itself names those of which there are few.
  if (missing !== undefined && !error.message.includes("There are: ")) return `${error.message} ${missing}`;
  const wait = error.retryAfterSeconds;
  return wait === undefined ? error.message : `${error.message} Try again in ${wait} s.`;
}

/** `/input/max_length` as a user thinks of it: `input.max_length`. */
const fieldName = (pointer: string): string =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".") || "the request";

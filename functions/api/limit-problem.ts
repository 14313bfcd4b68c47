import { limitInWords, limitOwner } from "../../shared/engine/limits/rolling.ts";
import type { PutOff } from "../../shared/engine/limits/ticket.ts";
import { ProblemError } from "../../shared/lib/http/problem.ts";

/** 429 with the limit and a `Retry-After`. */
export function limitProblem({ reason, until }: PutOff, now: number): ProblemError {
  const seconds = Math.max(1, Math.ceil((until - now) / 1_000));
  const headers = { "retry-after": String(seconds) };
  if (reason.kind === "turn") return new ProblemError("too-many-requests", "Other jobs come first.", { headers });
  const detail = `${limitOwner(reason)} reached the limit of ${limitInWords(reason)} (${reason.kind}); try again in ${seconds} s.`;
  return new ProblemError("too-many-requests", detail, { headers });
}

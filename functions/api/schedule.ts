import { MAX_DELAY_SECONDS, type SubmitBody } from "../../contracts/jobs/wire.ts";
import type { SubmitRequest } from "../../shared/engine/jobs/submit.ts";
import { invalid } from "../../shared/lib/http/problem.ts";

/**
 * When jobs are to run, as a request says it.
 * @param now milliseconds since the epoch
 * @throws ProblemError 422 when it says both a delay and a time, or a time that is too far away
 */
export function scheduleOf(
  body: Omit<SubmitBody, "input">,
  now: number,
): Pick<SubmitRequest, "delaySeconds" | "eta" | "expiresIn"> {
  if (body.delay_seconds !== undefined && body.eta !== undefined) {
    throw invalid([{ path: "/eta", message: "give delay_seconds or eta, not both" }]);
  }
  if (body.eta !== undefined && Date.parse(body.eta) - now > MAX_DELAY_SECONDS * 1_000) {
    throw invalid([{ path: "/eta", message: `must be within ${MAX_DELAY_SECONDS / 86_400} days from now` }]);
  }
  return {
    delaySeconds: body.delay_seconds,
    eta: body.eta === undefined ? undefined : new Date(body.eta),
    expiresIn: body.expires_in,
  };
}

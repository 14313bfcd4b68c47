import type { SubmitBody } from "../../contracts/jobs/wire.ts";
import type { SubmitRequest } from "../../shared/engine/jobs/submit.ts";
import { invalid } from "../../shared/lib/http/problem.ts";

/**
 * When jobs are to run and how they are traced, as a request says it.
 * @throws ProblemError 422 when it says both a delay and a time
 */
export function scheduleOf(
  body: Omit<SubmitBody, "input">,
): Pick<SubmitRequest, "delaySeconds" | "eta" | "expiresIn" | "traceId"> {
  if (body.delay_seconds !== undefined && body.eta !== undefined) {
    throw invalid([{ path: "/eta", message: "give delay_seconds or eta, not both" }]);
  }
  return {
    delaySeconds: body.delay_seconds,
    eta: body.eta === undefined ? undefined : new Date(body.eta),
    expiresIn: body.expires_in,
    traceId: body.trace_id,
  };
}

import { readTraceparent } from "../../contracts/jobs/traceparent.ts";
import type { SubmitBody } from "../../contracts/jobs/wire.ts";
import type { SubmitRequest } from "../../shared/engine/jobs/submit.ts";

/**
 * The trace that jobs belong to. A caller's own `trace_id` is kept beside a `traceparent`.
 * @param header the `traceparent` header, which counts when the body has none
 */
export function traceOf(
  body: Pick<SubmitBody, "trace_id" | "traceparent">,
  header: string | undefined,
): Pick<SubmitRequest, "traceId" | "traceparent"> {
  const parent = readTraceparent(body.traceparent ?? header);
  return { traceId: body.trace_id ?? parent?.traceId, traceparent: parent?.traceparent };
}

/**
 * Which jobs to revoke, in the words of the API.
 *
 * @module
 */

import { type RevokeRoute, spans } from "../../routing/route.ts";

/** @returns undefined when the filter is empty: then every job would fit, which nobody asks for by leaving fields free */
export function filterOf({ task, status, older, batch, trace, running }: RevokeRoute) {
  if ([task, status, older, batch, trace].every((value) => value === undefined)) return undefined;
  return {
    ...(task !== undefined && { task_name: task }),
    ...(status !== undefined && { status }),
    ...(batch !== undefined && { batch_id: batch }),
    ...(trace !== undefined && { trace_id: trace }),
    ...(older !== undefined && { older_than_seconds: Number(spans[older]) }),
    terminate: running !== "keep",
  };
}

/** The filter of a bulk revoke. */
export type RevokeFilter = NonNullable<ReturnType<typeof filterOf>>;

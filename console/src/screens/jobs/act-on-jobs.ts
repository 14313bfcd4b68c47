/**
 * What is done with the jobs that are selected in the list, one after the other.
 *
 * @module
 */

import type { Job } from "../../../../contracts/jobs/wire.ts";
import { call } from "../../api/call.ts";
import { messageOf } from "../../api/errors.ts";

/** What can be done with several jobs. */
export const jobActions = ["retry", "revoke"] as const;
/** One of {@link jobActions}. */
export type JobAction = (typeof jobActions)[number];

/** Whether an action applies to a job in its state. */
export const applies = (action: JobAction, { status, ready }: Pick<Job, "status" | "ready">): boolean =>
  action === "revoke" ? !ready : status === "FAILURE" || status === "REVOKED";

/** How an action on several jobs ended. */
export interface ActedOn {
  readonly done: readonly string[];
  /** Ids that could not be handled, with the API's words. */
  readonly refused: readonly { readonly id: string; readonly message: string }[];
}

/** Acts on each job. A job that is refused, as it has changed meanwhile, does not keep the others from it. */
export async function actOnJobs(action: JobAction, ids: readonly string[]): Promise<ActedOn> {
  const done: string[] = [];
  const refused: { id: string; message: string }[] = [];
  for (const id of ids) {
    const params = { task_id: id };
    try {
      if (action === "retry") await call("POST /api/v1/jobs/{task_id}/retry", { params });
      else await call("POST /api/v1/jobs/{task_id}/revoke", { params, body: { terminate: true } });
      done.push(id);
    } catch (error) {
      refused.push({ id, message: messageOf(error) });
    }
  }
  return { done, refused };
}

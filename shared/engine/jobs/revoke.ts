import type { JobState } from "../../../contracts/jobs/states.ts";
import { submitCallback } from "./callback.ts";
import type { JobServices } from "./services.ts";
import { transitions } from "./store.ts";

/** What became of a request to revoke. */
export interface Revocation {
  /** `conflict`: the job has an outcome already, or runs and was not to be terminated. */
  readonly outcome: "revoked" | "conflict" | "missing";
  readonly state: JobState | undefined;
}

/**
 * Revokes a job: a waiting one never runs, a running one is stopped when `terminate` is set. Revoking twice is success.
 */
export async function revokeJob(
  services: JobServices,
  taskId: string,
  options: { readonly terminate: boolean },
): Promise<Revocation> {
  const from: JobState[] = options.terminate ? ["PENDING", "RETRY", "STARTED"] : ["PENDING", "RETRY"];
  const change = transitions(services);
  const reason = "revoked by request";
  // Most jobs have no callback: one call.
  if (await change.revoke({ task_id: taskId }, { from, reason })) return { outcome: "revoked", state: "REVOKED" };
  const record = await services.store.get(taskId, services.now());
  if (!record) return { outcome: "missing", state: undefined };
  if (record.callback_url !== undefined && from.includes(record.status)) {
    const revoked = await change.revoke(record, { from, reason });
    if (revoked) {
      await submitCallback(services, revoked);
      return { outcome: "revoked", state: "REVOKED" };
    }
  }
  return { outcome: record.status === "REVOKED" ? "revoked" : "conflict", state: record.status };
}

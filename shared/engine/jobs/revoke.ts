import type { JobState } from "../../../contracts/jobs/states.ts";
import { inGroups } from "../../lib/groups.ts";
import { cancelBatch } from "../batches/cancel.ts";
import { childIdOf, childRange } from "../table/addresses.ts";
import { handleEnd } from "./callback.ts";
import type { JobRecord } from "./record.ts";
import type { JobServices } from "./services.ts";
import { transitions } from "./store.ts";

/** What became of a request to revoke. */
export interface Revocation {
  /** `conflict`: the job has an outcome already, or runs and was not to be terminated. */
  readonly outcome: "revoked" | "conflict" | "missing";
  readonly state: JobState | undefined;
}

/** How a job is revoked. */
export interface RevokeOptions {
  /** Stops a running job, too. */
  readonly terminate: boolean;
  /** For the job's timeline. @default "revoked by request" */
  readonly reason?: string;
}

/**
 * Revokes a job: a waiting one never runs, a running one is stopped when `terminate` is set. Revoking twice is success.
 * The jobs that it has submitted and that have not ended are revoked too.
 */
export async function revokeJob(services: JobServices, taskId: string, options: RevokeOptions): Promise<Revocation> {
  const from: JobState[] = options.terminate ? ["PENDING", "RETRY", "STARTED"] : ["PENDING", "RETRY"];
  const change = transitions(services);
  const { reason = "revoked by request" } = options;
  // Most jobs have no callback and submit nothing: one call.
  const revoked = await change.revoke({ task_id: taskId }, { from, reason });
  if (revoked) {
    await handleEnd(services, revoked);
    return { outcome: "revoked", state: "REVOKED" };
  }
  const record = await services.store.get(taskId, services.now());
  if (!record) return { outcome: "missing", state: undefined };
  const { callback_url: url, may_submit: maySubmit } = record;
  if ((url !== undefined || maySubmit) && from.includes(record.status)) {
    const ended = await change.revoke(record, { from, reason });
    if (ended) {
      await handleEnd(services, ended);
      await revokeSubmitted(services, ended);
      return { outcome: "revoked", state: "REVOKED" };
    }
  }
  return { outcome: record.status === "REVOKED" ? "revoked" : "conflict", state: record.status };
}

/**
 * Revokes what a revoked job has submitted. Its run may submit one more until it notices: the sweeper does this again.
 */
export async function revokeSubmitted(services: JobServices, record: JobRecord): Promise<void> {
  if (!record.may_submit || record.status !== "REVOKED") return;
  for await (const page of services.store.table.pages(childRange(record.task_id))) {
    await inGroups(page, async (child) => {
      if (child.is_batch === true) await cancelBatch(services, childIdOf(child));
      else
        await revokeJob(services, childIdOf(child), {
          terminate: true,
          reason: "the job that had submitted it was revoked",
        });
    });
  }
}

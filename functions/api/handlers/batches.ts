import type { z } from "zod";
import type { batchSubmitSchema } from "../../../contracts/jobs/batches.ts";
import { BACKGROUND_PRIORITY } from "../../../contracts/jobs/lanes.ts";
import { isReady, jobStates } from "../../../contracts/jobs/states.ts";
import type { batchRoutes } from "../../../contracts/routes/batches.ts";
import { API_PREFIX } from "../../../contracts/routes/define-route.ts";
import { countBatch, readBatch, submitBatch } from "../../../shared/engine/batches/batch.ts";
import { taskOf } from "../../../shared/engine/jobs/submit.ts";
import { sha256 } from "../../../shared/engine/table/addresses.ts";
import { canonicalJson } from "../../../shared/lib/canonical-json.ts";
import { notFound } from "../../../shared/lib/http/problem.ts";
import { mayAccessJob, projectFor, requireScope } from "../caller.ts";
import { refuseOverBudget } from "../over-budget.ts";
import type { Handlers } from "../route-handler.ts";
import { readTaskInputs, submitOptions } from "../submit-request.ts";

/**
 * What an Idempotency-Key stands for: a replay must ask for the same. The names are part of stored hashes and must stay as
 * they are, or replays of earlier keys would be refused.
 */
function requestHash(task_name: string, body: z.output<typeof batchSubmitSchema>, inputs: readonly unknown[]): string {
  const { batch_size, priority, delay_seconds, eta, expires_in, trace_id, config } = body;
  const asked = { task_name, inputs, batch_size, priority, delay_seconds, eta, expires_in, trace_id, config };
  return sha256(canonicalJson(asked));
}

/** Batches of jobs. */
export const batchHandlers: Handlers<keyof typeof batchRoutes> = {
  async submitBatch({ query, headers, body, caller }, services) {
    const { jobs } = services;
    const task = taskOf(jobs.catalog, body.task_name);
    requireScope(caller, task.scope ?? "submit");
    const tenant = projectFor(caller, query.project_id, body.project_id);
    const given = body.inputs.map((each, index) => ({ at: ["inputs", index], given: each }));
    const inputs = await readTaskInputs(task, given, body);
    await refuseOverBudget(services, task, { tenant, idempotencyKey: undefined });
    const { batchId, taskIds } = await submitBatch(jobs, {
      ...(await submitOptions(body, { task, tenant, traceparent: headers.traceparent }, services)),
      taskName: task.name,
      inputs,
      priority: body.priority ?? BACKGROUND_PRIORITY,
      atOnce: body.batch_size,
      idempotencyKey: headers["idempotency-key"],
      requestHash: requestHash(task.name, body, inputs),
    });
    const self = `${API_PREFIX}/batches/${batchId}`;
    return {
      headers: { location: self },
      body: {
        batch_id: batchId,
        status: "PENDING",
        total: taskIds.length,
        task_ids: taskIds,
        links: { self, jobs: `${API_PREFIX}/jobs?batch_id=${batchId}` },
      },
    };
  },

  async getBatch({ params, caller }, { jobs }) {
    const batch = await readBatch(jobs, params.batch_id);
    if (!batch || !mayAccessJob(caller, batch)) throw notFound(`There is no batch ${params.batch_id}.`);
    const { counts, expired } = await countBatch(jobs, batch);
    const waiting = jobStates.filter((state) => !isReady(state) && counts[state] > 0);
    return {
      body: {
        batch_id: batch.batch_id,
        task_name: batch.task_name,
        project_id: batch.project_id,
        total: batch.total,
        counts,
        expired,
        ready: waiting.length === 0,
        successful: counts.SUCCESS === batch.total,
        created_at: new Date(batch.created_at).toISOString(),
      },
    };
  },
};

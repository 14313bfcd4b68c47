import type { z } from "zod";
import type { escalationSchema } from "../../../contracts/escalations/escalations.ts";
import type { escalationRoutes } from "../../../contracts/routes/escalations.ts";
import { type EscalationRecord, EscalationStore } from "../../../shared/engine/escalations/escalation-store.ts";
import { submitJob, taskOf } from "../../../shared/engine/jobs/submit.ts";
import { keyedTaskId } from "../../../shared/engine/table/addresses.ts";
import { canonicalJson } from "../../../shared/lib/canonical-json.ts";
import { conflict, notFound } from "../../../shared/lib/http/problem.ts";
import { iso, isoOrNull } from "../../../shared/lib/time.ts";
import { type Caller, limitedKeyOf, mayAccess, projectFor, requireScope } from "../caller.ts";
import { refuseOverLimits } from "../over-budget.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";
import { readTaskInputs } from "../submit-request.ts";

const storeOf = ({ jobs }: ApiServices) => new EscalationStore(jobs.store.table, jobs.now);
/** The job that a resolution starts is one for each escalation. A blank keeps it apart from callers' own keys. */
const startKey = (id: string) => `escalation ${id}`;
const nameOf = ({ keyName, keyId }: Caller): string => keyName ?? keyId;

function present(record: EscalationRecord): z.output<typeof escalationSchema> {
  const { escalation_id, project_id, status, subject, reason, start_task: startTask } = record;
  return {
    ...{ escalation_id, project_id, status, subject, reason },
    payload: JSON.parse(record.payload),
    task_id: escalation_id,
    created_at: iso(record.created_at),
    acknowledged_at: isoOrNull(record.acknowledged_at),
    acknowledged_by: record.acknowledged_by ?? null,
    resolved_at: isoOrNull(record.resolved_at),
    resolved_by: record.resolved_by ?? null,
    decision: record.decision === undefined ? null : JSON.parse(record.decision),
    started:
      startTask === undefined
        ? null
        : { task_name: startTask, task_id: keyedTaskId(project_id, startKey(escalation_id)) },
    history: record.history.map(({ at, action, by, note = null }) => ({ at: iso(at), action, by, note })),
  };
}

/** @throws ProblemError 404 when there is none, or it belongs to another project; the answer is the same */
async function findEscalation(services: ApiServices, caller: Caller, id: string): Promise<EscalationRecord> {
  const found = await storeOf(services).get(id);
  if (!found || !mayAccess(caller, found.project_id)) throw notFound(`There is no escalation ${id}.`);
  return found;
}

/** Escalations of a project. */
export const escalationHandlers: Handlers<keyof typeof escalationRoutes> = {
  async listEscalations({ query, caller }, services) {
    const { limit, cursor, status } = query;
    const tenant = projectFor(caller, query.project_id);
    const page = await storeOf(services).list(tenant, { isResolved: status === "resolved", limit, cursor });
    return { body: { escalations: page.escalations.map(present), next_cursor: page.nextCursor } };
  },

  async getEscalation({ params, caller }, services) {
    return { body: present(await findEscalation(services, caller, params.escalation_id)) };
  },

  async acknowledgeEscalation({ params, body, caller }, services) {
    const { escalation_id: id } = params;
    await findEscalation(services, caller, id);
    const by = nameOf(caller);
    const acknowledged = await storeOf(services).acknowledge(id, by, body.note);
    if (acknowledged) return { body: present(acknowledged) };
    const there = await findEscalation(services, caller, id);
    // The same request again is success.
    if (there.status === "acknowledged" && there.acknowledged_by === by) return { body: present(there) };
    throw conflict(
      there.status === "resolved"
        ? `Escalation ${id} is resolved, by ${there.resolved_by}.`
        : `Escalation ${id} was acknowledged by ${there.acknowledged_by}.`,
    );
  },

  async resolveEscalation({ params, body, caller }, services) {
    const { escalation_id: id } = params;
    const found = await findEscalation(services, caller, id);
    const { jobs } = services;
    const task = body.task_name === undefined ? undefined : taskOf(jobs.catalog, body.task_name);
    // Checked before anything is written: what is resolved stays so.
    const [input] = task ? await readTaskInputs(task, [{ at: ["decision"], given: body.decision }], { services }) : [];
    const tenant = found.project_id;
    const limitedKey = limitedKeyOf(caller);
    if (task) {
      requireScope(caller, task.scope ?? "submit");
      await refuseOverLimits(services, task, { tenant, limitedKey, idempotencyKey: startKey(id) });
    }
    const decision = canonicalJson(body.decision);
    const change = { by: nameOf(caller), note: body.note, decision, startTask: task?.name };
    const resolved = (await storeOf(services).resolve(found, change)) ?? (await findEscalation(services, caller, id));
    if (resolved.decision !== decision || resolved.start_task !== task?.name) {
      throw conflict(`Escalation ${id} was resolved otherwise, by ${resolved.resolved_by}.`);
    }
    if (task) {
      // Also when the request is repeated, in case the first one ended before this.
      const asked = { taskName: task.name, tenant, limitedKey, input };
      const request = { ...asked, idempotencyKey: startKey(id), isSameByKey: true };
      await submitJob(jobs, request);
    }
    return { body: present(resolved) };
  },
};

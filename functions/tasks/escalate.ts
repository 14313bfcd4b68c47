import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { InvalidInputError } from "../../contracts/errors.ts";
import type { EscalationNotice } from "../../contracts/escalations/escalations.ts";
import { escalationEnv } from "../../contracts/settings/escalations.ts";
import { parseSettings } from "../../contracts/settings/parse-settings.ts";
import { publishEscalation } from "../../shared/capabilities/escalations/publish.ts";
import { deliverWebhook } from "../../shared/capabilities/webhooks/deliver.ts";
import { WebhookSecretReader } from "../../shared/capabilities/webhooks/secret-reader.ts";
import { type EscalationRecord, EscalationStore } from "../../shared/engine/escalations/escalation-store.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { iso } from "../../shared/lib/time.ts";
import { processServices } from "../services.ts";

let reader: WebhookSecretReader | undefined;
const secrets = () => {
  const { resources, now } = processServices();
  reader ??= new WebhookSecretReader({ stage: resources.SLUICE_STAGE, now });
  return reader;
};
const settings = parseSettings(escalationEnv, process.env);

/** Opens the escalation, then notifies. A repeated run opens nothing twice, and notifies only who was not notified yet. */
export async function run(
  { subject, reason, payload, notify }: TaskInput<"escalate">,
  context: TaskContext,
): Promise<TaskOutput<"escalate">> {
  const { store, now } = processServices();
  const escalations = new EscalationStore(store.table, now);
  const record = await escalations.open({
    ...{ escalation_id: context.taskId, project_id: context.tenant, subject, reason },
    payload: JSON.stringify(payload),
  });
  const notice = noticeOf(record);
  const { ESCALATION_TOPIC_ARN: topicArn } = settings;
  if (topicArn !== undefined && record.topic_told_at === undefined) {
    await publishEscalation(topicArn, notice);
    await escalations.recordNotified(record.escalation_id, { topic: true });
  }
  const answer = notify && (record.url_answer ?? (await post(notify.url, notice, context)));
  if (answer !== undefined && record.url_answer === undefined) {
    await escalations.recordNotified(record.escalation_id, { url: answer });
  }
  return {
    escalation_id: record.escalation_id,
    status: "open",
    notified: { topic: topicArn !== undefined, url: answer ?? null },
  };
}

function noticeOf({ escalation_id, project_id, subject, reason, created_at }: EscalationRecord): EscalationNotice {
  const base = (settings.SLUICE_PUBLIC_URL ?? "").replace(/\/$/, "");
  return {
    type: "escalation.opened",
    stage: processServices().resources.SLUICE_STAGE,
    ...{ escalation_id, project_id, subject, reason },
    created_at: iso(created_at),
    links: {
      escalation: `${base}/api/v1/escalations/${escalation_id}`,
      console: `${base}/console/escalations/${escalation_id}`,
    },
  };
}

/** Signed as webhooks are. @returns the status that was answered @throws InvalidInputError when there is nothing to sign with */
async function post(url: string, notice: EscalationNotice, { tenant, signal }: TaskContext): Promise<number> {
  const own = (await secrets().valid(tenant)).map(({ secret }) => secret);
  if (own.length === 0) {
    throw new InvalidInputError(
      `Project ${tenant} has no signing secret, without which no URL is notified: make one with POST /webhooks/secrets.`,
    );
  }
  const { status } = await deliverWebhook({
    ...{ url, id: `escalation.${notice.escalation_id}`, payload: notice, secrets: own },
    ...{ settings, signal, now: processServices().now },
  });
  return status;
}

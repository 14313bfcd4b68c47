import type { EscalationNotice } from "../../../contracts/escalations/escalations.ts";

/** Milliseconds; the job is tried again when the topic does not answer. */
const TIMEOUT_MS = 5_000;
/** What SNS takes as a subject: it becomes the subject of an email. */
const SUBJECT_CHARACTERS = 100;

/**
 * Publishes a notice to the stage's topic. Its attributes, for filter policies, are `type` and `project_id`.
 * @throws what the AWS client throws when the topic cannot be reached or may not be published to
 */
export async function publishEscalation(topicArn: string, notice: EscalationNotice): Promise<void> {
  const { PublishCommand, SNSClient } = await import("@aws-sdk/client-sns");
  const region = topicArn.split(":")[3];
  const client = new SNSClient({
    // The topic may be in another region than the stage.
    ...(region === undefined || region === "" ? {} : { region }),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
  });
  try {
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        // Printable ASCII, as SNS wants it.
        Subject: `Sluice ${notice.stage}: ${notice.subject}`.replace(/[^\x20-\x7e]/g, "?").slice(0, SUBJECT_CHARACTERS),
        Message: JSON.stringify(notice),
        MessageAttributes: {
          type: { DataType: "String", StringValue: notice.type },
          project_id: { DataType: "String", StringValue: notice.project_id },
        },
      }),
    );
  } finally {
    client.destroy();
  }
}

/**
 * Publishes notices of dead letters to an SNS topic.
 *
 * @module
 */

import type { SNSClient } from "@aws-sdk/client-sns";
import { type DeadLetterNotice, noticeAttributes } from "../../../contracts/dead-letters/notice.ts";
import type { Publish } from "./dead-letter-notices.ts";

/** Milliseconds; a topic that hangs must not take the caller's time from its other work. */
const TIMEOUT_MS = 3_000;
/** What SNS takes as a subject: it becomes the subject of an email. */
const SUBJECT_CHARACTERS = 100;

/** @throws what the AWS client throws when the topic cannot be reached or may not be published to */
export function publishTo(topicArn: string): Publish {
  const region = topicArn.split(":")[3];
  let client: SNSClient | undefined;
  return async (notices) => {
    const { PublishBatchCommand, SNSClient } = await import("@aws-sdk/client-sns");
    client ??= new SNSClient({
      // The topic may be in another region than the stage.
      ...(region === undefined ? {} : { region }),
      maxAttempts: 2,
      requestHandler: { connectionTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
    });
    const { Failed = [] } = await client.send(
      new PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: notices.map((notice, index) => ({
          Id: String(index),
          Subject: subjectOf(notice),
          Message: JSON.stringify(notice),
          MessageAttributes: Object.fromEntries(
            Object.entries(noticeAttributes(notice)).map(([name, value]) => [
              name,
              { DataType: "String", StringValue: value },
            ]),
          ),
        })),
      }),
    );
    const refused = new Map(Failed.map(({ Id, SenderFault }) => [Id, SenderFault ? "refused" : "later"] as const));
    return notices.map((_, index) => refused.get(String(index)) ?? "taken");
  };
}

/** Printable ASCII, as SNS requires it. */
const subjectOf = ({ stage, count, task_name, error }: DeadLetterNotice): string =>
  `Sluice ${stage}: ${count} x ${task_name} failed, ${error?.type ?? "unknown error"}`
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, SUBJECT_CHARACTERS);

import { CfnOutput } from "aws-cdk-lib";
import { Alias } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { z } from "zod";
import type { noticeEnv } from "../../contracts/dead-letters/notice.ts";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";

/**
 * The topic that is notified of dead letters: the stage's own, or another one that SLUICE_DEAD_LETTER_TOPIC names.
 * @returns its ARN, or undefined when no topic is configured
 */
export function deadLetterTopic(scope: Construct, config: StageConfig): string | undefined {
  if (config.deadLetterTopic !== "own") return config.deadLetterTopic;
  const topic = new Topic(scope, "DeadLetterTopic", {
    topicName: physicalName(config.stage, "dead-letters"),
    enforceSSL: true,
    // Errors may quote what a caller sent. AWS's own key needs no permission of the publisher's, unlike a customer's.
    masterKey: Alias.fromAliasName(scope, "DeadLetterTopicKey", "alias/aws/sns"),
  });
  new CfnOutput(scope, "DeadLetterTopicArn", { value: topic.topicArn });
  return topic.topicArn;
}

/** What the function that publishes needs to know. */
export const noticeEnvironment = (
  { publicUrl }: StageConfig,
  topicArn: string,
): { [Name in keyof z.input<typeof noticeEnv>]?: string } => ({
  DEAD_LETTER_TOPIC_ARN: topicArn,
  ...(publicUrl === undefined ? {} : { SLUICE_PUBLIC_URL: publicUrl }),
});

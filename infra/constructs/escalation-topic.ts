import { Aws, CfnOutput } from "aws-cdk-lib";
import { Alias } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";

const NAME = "escalations";

/**
 * The topic that is notified of escalations: the stage's own, or another one that SLUICE_ESCALATION_TOPIC names.
 * @returns its ARN, or undefined when no topic is configured
 */
export function escalationTopicArn({ escalationTopic, stage }: StageConfig): string | undefined {
  if (escalationTopic !== "own") return escalationTopic;
  return `arn:${Aws.PARTITION}:sns:${Aws.REGION}:${Aws.ACCOUNT_ID}:${physicalName(stage, NAME)}`;
}

/** Makes the stage's own topic of escalations, where the setting asks for it. */
export function addEscalationTopic(scope: Construct, { escalationTopic, stage }: StageConfig): void {
  if (escalationTopic !== "own") return;
  const topic = new Topic(scope, "EscalationTopic", {
    topicName: physicalName(stage, NAME),
    enforceSSL: true,
    // Subjects may quote what a caller sent. AWS's own key needs no permission of the publisher's, unlike a customer's.
    masterKey: Alias.fromAliasName(scope, "EscalationTopicKey", "alias/aws/sns"),
  });
  new CfnOutput(scope, "EscalationTopicArn", { value: topic.topicArn });
}

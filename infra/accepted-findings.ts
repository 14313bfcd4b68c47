/**
 * Findings of cdk-nag that are accepted, and why. tests/infra/nag.test.ts fails on every other.
 *
 * @module
 */

import { CfnResource, type IResource, Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { z } from "zod";
import { bucketPrefix, llmProviderPrefix, webhookSecretPrefix } from "../contracts/resources.ts";
import type { StageConfig } from "./config.ts";
import { vectorBucketName } from "./environment.ts";
import type { ApiStack } from "./stacks/api-stack.ts";
import type { ObservabilityStack } from "./stacks/observability-stack.ts";
import type { StorageStack } from "./stacks/storage-stack.ts";
import type { TasksStack } from "./stacks/tasks-stack.ts";

interface Stacks {
  readonly storage: StorageStack;
  readonly tasks: TasksStack;
  readonly api: ApiStack;
  readonly observability: ObservabilityStack;
}

/** Records why findings of cdk-nag are accepted. */
export function acceptFindings({ storage, tasks, api, observability }: Stacks, config: StageConfig): void {
  accept(storage, {
    "AwsSolutions-S1":
      "The bucket is reached by the stage's own roles alone; access logs would need a bucket of their own.",
    ...(!config.retainData && { "AwsSolutions-DDB3": "The dev stage's data is disposable." }),
  });

  const bucketArn = exportName(storage, storage.bucket.bucketArn);
  const tracing = config.isTraced
    ? undefined
    : { "Serverless-LambdaTracing": "Logs carry the job's trace id; X-Ray would bill every invocation." };
  const anyResource = anyResourceOf(config);
  const files = Object.fromEntries(
    Object.values(bucketPrefix).map((prefix) => [
      `AwsSolutions-IAM5[Resource::${bucketArn}/${prefix}*]`,
      "Keys under the prefix hold ids and hashes, which are not known at deployment.",
    ]),
  );
  const bucket = vectorBucketName(config);
  const indexes = `arn:<AWS::Partition>:s3vectors:<AWS::Region>:<AWS::AccountId>:bucket/${bucket}/index`;
  const vectors = {
    ...(bucket !== undefined && {
      [`AwsSolutions-IAM5[Resource::${indexes}/${config.settings.VECTOR_INDEX_PREFIX}-*]`]:
        "An index is made for each embedding model and migration, by the function itself.",
    }),
  };
  const secrets = `parameter${webhookSecretPrefix(config.stage)}*`;
  const providers = {
    [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter${llmProviderPrefix(config.stage)}*]`]:
      "Each provider of language models is a parameter; an admin defines them after the deployment.",
  };
  const webhooks = {
    [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:${secrets}]`]:
      "Each tenant's signing secret is a parameter; tenants are not known at deployment.",
  };
  accept(tasks, {
    ...tracing,
    ...files,
    ...vectors,
    ...webhooks,
    ...providers,
    ...anyResource,
    "Serverless-LambdaEventSourceMappingDestination":
      "SQS mappings have no failure destination: failed messages go to the queue's dead-letter queue.",
    "Serverless-LambdaDLQ": "SQS keeps what a worker fails; functions that are called asynchronously have one.",
    "Serverless-LambdaAsyncFailureDestination": "They have a dead-letter queue, which the schedules use too.",
  });
  for (const construct of [storage, tasks].flatMap((stack) => stack.node.findAll())) {
    if (construct.node.id === "DeadLetters") {
      accept(construct, { "Serverless-SQSRedrivePolicy": "A dead-letter queue is the last stop." });
    }
  }
  for (const target of tasks.scheduled) {
    accept(tasks, {
      [`AwsSolutions-IAM5[Resource::<${logicalId(target)}.Arn>:*]`]:
        "CDK lets EventBridge Scheduler call any version of the one function.",
    });
  }
  accept(api, {
    ...tracing,
    ...files,
    ...vectors,
    ...webhooks,
    ...providers,
    "Serverless-LambdaDLQ": "API Gateway waits for the answer, so a failure reaches the caller.",
    "AwsSolutions-IAM5[Resource::*]": [
      "lambda:ListEventSourceMappings knows no resource.",
      ...Object.values(anyResource ?? {}),
    ].join(" "),
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:event-source-mapping:*]":
      "A mapping's id is Lambda's own; a condition holds it to the stage's functions.",
    "AwsSolutions-APIG4":
      "Health, documentation, the console's files and what browsers ask before a request (OPTIONS) are public; all else has the authorizer.",
  });
  accept(observability, {
    "Serverless-SNSRedrivePolicy": "An alarm's email that cannot be delivered is still shown by the alarm's state.",
  });
}

/** Actions without a narrower resource, of functions that settings ask for. */
function anyResourceOf({ settings, isTraced, network }: StageConfig): Record<string, string> | undefined {
  const reasons = [
    ...(settings.OCR_ENGINE === "textract"
      ? ["textract:DetectDocumentText knows no resource: the page is in the request."]
      : []),
    ...(isTraced ? ["X-Ray's actions know no resource."] : []),
    ...(network ? ["Lambda makes a function's network interfaces under ids of EC2's own."] : []),
  ];
  return reasons.length === 0 ? undefined : { "AwsSolutions-IAM5[Resource::*]": reasons.join(" ") };
}

/** For a construct and all below it. */
function accept(construct: IConstruct, findings: Record<string, string>): void {
  for (const [id, reason] of Object.entries(findings)) Validations.of(construct).acknowledge({ id, reason });
}

/** The export under which other stacks know a value: cdk-nag names findings by it. */
const exportName = (stack: Stack, value: string): string =>
  z.object({ "Fn::ImportValue": z.string() }).parse(stack.resolve(stack.exportValue(value)))["Fn::ImportValue"];

function logicalId(resource: IResource): string {
  const element = resource.node.defaultChild;
  if (!CfnResource.isCfnResource(element)) throw new Error(`${resource.node.path} has no resource of its own.`);
  return Stack.of(resource).getLogicalId(element);
}

import { CfnResource, type IResource, Stack, Validations } from "aws-cdk-lib";
import { z } from "zod";
import { bucketPrefix } from "../contracts/resources.ts";
import type { StageConfig } from "./config.ts";
import type { ApiStack } from "./stacks/api-stack.ts";
import type { StorageStack } from "./stacks/storage-stack.ts";
import type { TasksStack } from "./stacks/tasks-stack.ts";

/** Findings of cdk-nag that are accepted, and why. tests/infra/nag.test.ts fails on every other. */

interface Stacks {
  readonly storage: StorageStack;
  readonly tasks: TasksStack;
  readonly api: ApiStack;
}

export function acceptFindings({ storage, tasks, api }: Stacks, config: StageConfig): void {
  accept(storage, {
    "AwsSolutions-S1":
      "The bucket is reached by the stage's own roles alone; access logs would need a bucket of their own.",
    ...(!config.retainData && { "AwsSolutions-DDB3": "The dev stage's data is disposable." }),
  });

  const bucketArn = exportName(storage, storage.bucket.bucketArn);
  const objects = (prefix: string) => `AwsSolutions-IAM5[Resource::${bucketArn}/${prefix}*]`;
  const tracing = { "Serverless-LambdaTracing": "Logs carry the job's trace id; X-Ray would bill every invocation." };
  const files = {
    [objects(bucketPrefix.blobs)]: "Keys hold task ids and content hashes, which are not known at deployment.",
    [objects(bucketPrefix.documents)]: "Keys hold project and document ids, which are not known at deployment.",
    [objects(bucketPrefix.archive)]: "Keys hold queues, dates and task ids, which are not known at deployment.",
  };
  accept(tasks, {
    ...tracing,
    ...files,
    "Serverless-LambdaEventSourceMappingDestination":
      "SQS mappings have no failure destination: failed messages go to the queue's dead-letter queue.",
    "Serverless-LambdaDLQ": "SQS keeps what a worker fails; functions that are called asynchronously have one.",
    "Serverless-LambdaAsyncFailureDestination": "They have a dead-letter queue, which the schedules use too.",
    "Serverless-SQSRedrivePolicy": "The last stop is a dead-letter queue; every lane has a redrive policy.",
  });
  for (const target of tasks.scheduled) {
    accept(tasks, {
      [`AwsSolutions-IAM5[Resource::<${logicalId(target)}.Arn>:*]`]:
        "CDK lets EventBridge Scheduler call any version of the one function.",
    });
  }
  accept(api, {
    ...tracing,
    ...files,
    "Serverless-LambdaDLQ": "API Gateway waits for the answer, so a failure reaches the caller.",
    "AwsSolutions-IAM5[Resource::*]": "lambda:ListEventSourceMappings knows no resource.",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:event-source-mapping:*]":
      "A mapping's id is Lambda's own; a condition holds it to the stage's functions.",
    "AwsSolutions-APIG4": "Health, documentation and the console's files are public; all else has the authorizer.",
  });
}

function accept(stack: Stack, findings: Record<string, string>): void {
  for (const [id, reason] of Object.entries(findings)) Validations.of(stack).acknowledge({ id, reason });
}

/** The export under which other stacks know a value: cdk-nag names findings by it. */
const exportName = (stack: Stack, value: string): string =>
  z.object({ "Fn::ImportValue": z.string() }).parse(stack.resolve(stack.exportValue(value)))["Fn::ImportValue"];

function logicalId(resource: IResource): string {
  const element = resource.node.defaultChild;
  if (!CfnResource.isCfnResource(element)) throw new Error(`${resource.node.path} has no resource of its own.`);
  return Stack.of(resource).getLogicalId(element);
}

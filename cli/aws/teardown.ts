/**
 * Removes a stage: its stacks, last one first, and what would keep them from going.
 *
 * @module
 */

import type { Cli } from "../cli.ts";
import { CliError } from "../exit-codes.ts";
import { stackNames } from "./checks/stacks.ts";
import { emptyBucket, emptyVectorBucket } from "./empty-buckets.ts";
import { fromAws, regionOf, type StageTarget, stackName } from "./stage.ts";

/** A stack of the stage, as it is. */
export interface DeployedStack {
  readonly name: string;
  readonly protection: boolean;
  /** What the stack leaves behind when it goes, and what goes with it. */
  readonly resources: readonly StackResource[];
}

/** A resource with data in it. */
export interface StackResource {
  readonly type: string;
  /** Its name in the account. */
  readonly id: string;
  /** The stack leaves it behind. */
  readonly kept: boolean;
}

const DATA = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::S3Vectors::VectorBucket"];

/** Seconds that a stack may take to go. */
const DELETE_SECONDS = 1_800;

/**
 * The stacks of a stage that are there, in the order in which they can go.
 * @throws CliError when AWS does not answer
 */
export async function deployedStacks(target: StageTarget): Promise<DeployedStack[]> {
  const found: DeployedStack[] = [];
  for (const name of stackNames.toReversed()) {
    const stack = await findStack(target, stackName(target, name));
    if (stack !== undefined) found.push(stack);
  }
  return found;
}

async function findStack(target: StageTarget, name: string): Promise<DeployedStack | undefined> {
  const { CloudFormationClient, DescribeStackResourcesCommand, DescribeStacksCommand, GetTemplateCommand } =
    await import("@aws-sdk/client-cloudformation");
  const client = new CloudFormationClient(regionOf(target));
  try {
    const { Stacks } = await fromAws(() => client.send(new DescribeStacksCommand({ StackName: name })), name);
    const [stack] = Stacks ?? [];
    if (stack === undefined || stack.StackStatus === "DELETE_COMPLETE") return undefined;
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: name }));
    const { TemplateBody = "{}" } = await client.send(new GetTemplateCommand({ StackName: name }));
    const template = JSON.parse(TemplateBody) as { Resources?: Record<string, { DeletionPolicy?: string }> };
    const resources = StackResources.flatMap(
      ({ ResourceType: type = "", PhysicalResourceId: id, LogicalResourceId }) =>
        DATA.includes(type) && id !== undefined
          ? [{ type, id, kept: /^Retain/.test(template.Resources?.[LogicalResourceId ?? ""]?.DeletionPolicy ?? "") }]
          : [],
    );
    return { name, protection: stack.EnableTerminationProtection ?? false, resources };
  } catch (error) {
    if (error instanceof CliError && error.exit === "missing") return undefined;
    throw error;
  }
}

/**
 * Deletes stacks in the order given. Buckets that go with their stack are emptied first, as AWS deletes only empty ones.
 * @throws CliError when a stack cannot be deleted; those before it are gone, and the command can be repeated
 */
export async function deleteStacks(cli: Cli, target: StageTarget, stacks: readonly DeployedStack[]): Promise<void> {
  const { CloudFormationClient, DeleteStackCommand, waitUntilStackDeleteComplete } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const client = new CloudFormationClient(regionOf(target));
  for (const { name, resources } of stacks) {
    for (const { type, id, kept } of resources) {
      if (kept) continue;
      if (type === "AWS::S3::Bucket") {
        const objects = await fromAws(() => emptyBucket(target, id), `bucket ${id}`);
        cli.err.line(`${id}: ${objects} objects deleted`);
      }
      if (type === "AWS::S3Vectors::VectorBucket") {
        const indexes = await fromAws(() => emptyVectorBucket(target, id), `vector bucket ${id}`);
        cli.err.line(`${id}: ${indexes} indexes deleted`);
      }
    }
    cli.err.line(`${name}: deleting`);
    await fromAws(() => client.send(new DeleteStackCommand({ StackName: name })), name);
    try {
      await waitUntilStackDeleteComplete({ client, maxWaitTime: DELETE_SECONDS, minDelay: 2 }, { StackName: name });
    } catch (error) {
      const advice = `aws cloudformation describe-stack-events --stack-name ${name} says why. Repeat the command afterwards.`;
      throw new CliError("failed", `${name} could not be deleted. ${advice}`, { cause: error });
    }
  }
}

/**
 * Removes a stage: deletes its stacks, the last one first, and empties the buckets that would prevent it.
 *
 * @module
 */

import type { Cli } from "../cli.ts";
import { CliError } from "../exit-codes.ts";
import { emptyBucket, emptyVectorBucket } from "./empty-buckets.ts";
import { findStack } from "./stacks.ts";
import { fromAws, regionOf, type StageTarget, stackName, stackNames } from "./stage.ts";

/** A stack of the stage, as it is. */
export interface DeployedStack {
  readonly name: string;
  readonly protection: boolean;
  /** Resources with data in them, be they kept or deleted with the stack. */
  readonly resources: readonly StackResource[];
}

/** A resource with data in it. */
export interface StackResource {
  readonly type: string;
  /** Its name in the account. */
  readonly id: string;
  /** Whether it is kept when its stack is deleted. */
  readonly kept: boolean;
}

const DATA = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::S3Vectors::VectorBucket"];

/** Seconds that the deletion of a stack may take. */
const DELETE_SECONDS = 1_800;

/**
 * The deployed stacks of a stage, in the order in which they can be deleted.
 * @throws CliError when AWS does not answer
 */
export async function deployedStacks(target: StageTarget): Promise<DeployedStack[]> {
  const found: DeployedStack[] = [];
  for (const name of stackNames.toReversed()) {
    const stack = await readStack(target, stackName(target, name));
    if (stack !== undefined) found.push(stack);
  }
  return found;
}

/** @returns undefined when there is no such stack */
async function readStack(target: StageTarget, name: string): Promise<DeployedStack | undefined> {
  const stack = await fromAws(() => findStack(target, name), name);
  if (stack === undefined) return undefined;
  const { CloudFormationClient, DescribeStackResourcesCommand, GetTemplateCommand } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const client = new CloudFormationClient(regionOf(target));
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: name }));
  const { TemplateBody = "{}" } = await client.send(new GetTemplateCommand({ StackName: name }));
  const template = templateOf(TemplateBody, name);
  const resources = StackResources.flatMap(({ ResourceType: type = "", PhysicalResourceId: id, LogicalResourceId }) =>
    DATA.includes(type) && id !== undefined
      ? [{ type, id, kept: /^Retain/.test(template.Resources?.[LogicalResourceId ?? ""]?.DeletionPolicy ?? "") }]
      : [],
  );
  return { name, protection: stack.EnableTerminationProtection ?? false, resources };
}

/** @throws CliError for a template that CDK did not write */
function templateOf(body: string, name: string): { Resources?: Record<string, { DeletionPolicy?: string }> } {
  try {
    return JSON.parse(body);
  } catch {
    throw new CliError(
      "failed",
      `Stack ${name} has a template that is not JSON, as from an import that was not finished: run \`npm run deploy\`, then try again.`,
    );
  }
}

/**
 * Deletes stacks in the order given. Buckets that are deleted with their stack are emptied first, as AWS deletes only empty ones.
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

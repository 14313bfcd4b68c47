/**
 * The CloudFormation stacks of a stage, as the account has them.
 *
 * @module
 */

import type { Stack } from "@aws-sdk/client-cloudformation";
import { fromAws, missing, regionOf, type StageTarget, stackName } from "./stage.ts";

/**
 * Describes a stack.
 * @param name its full name
 * @returns undefined when there is no such stack
 * @throws the error of AWS, as it came
 */
export async function findStack(target: StageTarget, name: string): Promise<Stack | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  try {
    const { Stacks } = await new CloudFormationClient(regionOf(target)).send(
      new DescribeStacksCommand({ StackName: name }),
    );
    const [stack] = Stacks ?? [];
    return stack?.StackStatus === "DELETE_COMPLETE" ? undefined : stack;
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/**
 * Reads the outputs of one of the stage's stacks, by name.
 * @throws CliError when there is no such stack, or AWS does not answer
 */
export async function stackOutputs(target: StageTarget, stack: string): Promise<ReadonlyMap<string, string>> {
  const name = stackName(target, stack);
  const found = await fromAws(() => findStack(target, name), name);
  if (found === undefined) throw missing(name);
  return new Map((found.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));
}

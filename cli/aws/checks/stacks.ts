import { type Check, fail, ok, warn } from "../../doctor/check.ts";
import type { Preflight } from "../preflight.ts";
import { regionOf, type StageTarget, stackName } from "../stage.ts";
import { unanswered } from "./unanswered.ts";

/** The stacks of a stage, each after those that it refers to. */
export const stackNames = ["storage", "tasks", "api", "observability"] as const;

/** Whether the stage's stacks are in a state that can be deployed over, and what an earlier stage of the name left. */
export async function checkStacks({ target }: Preflight): Promise<Check[]> {
  try {
    const states = await Promise.all(stackNames.map((name) => stateOf(target, stackName(target, name))));
    const checks = states.flatMap((state) => (state === undefined ? [] : judge(state)));
    const [storage] = states;
    const kept = storage === undefined ? await keptTables(target) : [];
    if (kept.length > 0) {
      checks.push(
        warn(
          "kept data",
          `there are tables of an earlier stage: ${kept.join(", ")}`,
          "The stage would begin with new, empty ones. docs/deployment.md says how to import them.",
        ),
      );
    }
    if (checks.length > 0) return checks;
    const there = states.filter((state) => state !== undefined).length;
    return [ok("stacks", there === 0 ? "none yet: a first deployment" : `${there} deployed, all can be updated`)];
  } catch (error) {
    return [unanswered("stacks", error)];
  }
}

interface StackState {
  readonly name: string;
  readonly status: string;
}

/** @returns undefined when there is no such stack */
async function stateOf(target: StageTarget, name: string): Promise<StackState | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const client = new CloudFormationClient(regionOf(target));
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const status = Stacks?.[0]?.StackStatus;
    return status === undefined || status === "DELETE_COMPLETE" ? undefined : { name, status };
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

function judge({ name, status }: StackState): Check[] {
  const detail = `${name} is ${status}`;
  if (/^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/.test(status)) {
    const advice = `It cannot be updated. Look at its events, then: aws cloudformation delete-stack --stack-name ${name}`;
    return [fail("stacks", detail, advice)];
  }
  if (status === "UPDATE_ROLLBACK_FAILED") {
    return [fail("stacks", detail, `Run: aws cloudformation continue-update-rollback --stack-name ${name}`)];
  }
  if (status.endsWith("_IN_PROGRESS") && status !== "REVIEW_IN_PROGRESS") {
    return [fail("stacks", detail, "Wait until it has ended; another deployment may be running.")];
  }
  return [];
}

/** Tables whose stack is gone: their names begin with it. */
async function keptTables(target: StageTarget): Promise<string[]> {
  const { DynamoDBClient, ListTablesCommand } = await import("@aws-sdk/client-dynamodb");
  const prefix = `${stackName(target, "storage")}-`;
  const client = new DynamoDBClient(regionOf(target));
  // Names come in order: those with the prefix follow the prefix itself.
  const { TableNames = [] } = await client.send(new ListTablesCommand({ ExclusiveStartTableName: prefix, Limit: 10 }));
  return TableNames.filter((name) => name.startsWith(prefix));
}

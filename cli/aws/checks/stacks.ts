import { type Check, fail, ok, warn } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";
import { findStack } from "../stacks.ts";
import { regionOf, type StageTarget, stackName, stackNames } from "../stage.ts";
import { unanswered } from "./unanswered.ts";

/** Whether the stage's stacks are in a state that can be deployed over, and what an earlier stage of the same name left. */
export async function checkStacks({ target }: PlannedStage): Promise<Check[]> {
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
  const { StackStatus: status } = (await findStack(target, name)) ?? {};
  return status === undefined ? undefined : { name, status };
}

function judge({ name, status }: StackState): Check[] {
  const detail = `${name} is ${status}`;
  if (/^ROLLBACK_(COMPLETE|FAILED)$/.test(status)) {
    return [
      warn(
        "stacks",
        detail,
        "Its first creation failed: the deployment deletes it and makes it again. Look at its events before; if it is protected, lift that first.",
      ),
    ];
  }
  if (/^(CREATE_FAILED|DELETE_FAILED)$/.test(status)) {
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

/** Tables whose stack was deleted: their names begin with its name. */
async function keptTables(target: StageTarget): Promise<string[]> {
  const { DynamoDBClient, ListTablesCommand } = await import("@aws-sdk/client-dynamodb");
  const prefix = `${stackName(target, "storage")}-`;
  const client = new DynamoDBClient(regionOf(target));
  // Names are listed in order, so those with the prefix follow the prefix itself.
  const { TableNames = [] } = await client.send(new ListTablesCommand({ ExclusiveStartTableName: prefix, Limit: 10 }));
  return TableNames.filter((name) => name.startsWith(prefix));
}

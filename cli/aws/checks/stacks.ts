import { type Check, fail, ok, warn } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";
import { findStack } from "../stacks.ts";
import { type StageTarget, stackName, stackNames } from "../stage.ts";
import { checkKeptData, checkLogGroups } from "./kept.ts";
import { unanswered } from "./unanswered.ts";

/** Whether the stage's stacks are in a state that can be deployed over, and what an earlier stage of the same name left. */
export async function checkStacks({ target }: PlannedStage): Promise<Check[]> {
  try {
    const states = await Promise.all(stackNames.map((name) => stateOf(target, stackName(target, name))));
    const faults = states.flatMap((state) => (state === undefined ? [] : judge(state)));
    const there = states.filter((state) => state !== undefined).length;
    const kept = states[0] === undefined ? await checkKeptData(target) : [];
    const named = there === 0 ? await checkLogGroups(target) : [];
    const all = there === 0 ? "none yet: a first deployment" : `${there} deployed, all can be updated`;
    return [...(faults.length === 0 ? [ok("stacks", all)] : faults), ...kept, ...named];
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

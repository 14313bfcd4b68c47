/**
 * Checks, before a deployment changes anything, what can make it fail: the settings, the account's quota, the bootstrap of
 * CDK, the region's services, secrets that the settings name, and what an earlier deployment left.
 *
 * @module
 */

import { existsSync } from "node:fs";
import type { Cli } from "../cli.ts";
import { type Check, fail, ok } from "../doctor/check.ts";
import { CliError } from "../exit-codes.ts";
import { checkBootstrap } from "./checks/bootstrap.ts";
import { checkLeavingQueues } from "./checks/leaving-queues.ts";
import { checkConcurrency, checkMemory, checkSize } from "./checks/quotas.ts";
import { checkRecognition } from "./checks/recognition.ts";
import { checkRegionServices } from "./checks/region-services.ts";
import { checkSecrets } from "./checks/secrets.ts";
import { checkStacks } from "./checks/stacks.ts";
import { checkVectors } from "./checks/vectors.ts";
import { type PlannedStage, plannedStage } from "./planned-stage.ts";
import { fromAws, regionOf, type StageOptions, type StageTarget } from "./stage.ts";
import { stageFilePath } from "./stage-file.ts";

const checks = [
  checkConcurrency,
  checkSize,
  checkMemory,
  checkRecognition,
  checkBootstrap,
  checkVectors,
  checkRegionServices,
  checkSecrets,
  checkStacks,
  checkLeavingQueues,
];

/** Checks whether a stage can be deployed with the settings and AWS credentials of the environment. Changes nothing. */
export async function* preflight(cli: Cli, options: StageOptions): AsyncGenerator<Check> {
  const planned = readSettings(cli, options);
  if ("verdict" in planned) return yield planned;
  const { stage } = planned.target;
  const file = stageFilePath(stage);
  // A name that is mistyped would be another stage, with defaults.
  yield ok(
    "settings",
    `stage ${stage}, ${planned.queues.length} queues, ${existsSync(file) ? `with ${file}` : `and no file ${file}`}`,
  );
  const account = await checkAccount(planned.target);
  yield account;
  if (account.verdict === "FAIL") return;
  for (const check of checks) yield* await check(planned);
}

function readSettings(cli: Cli, options: StageOptions): PlannedStage | Check {
  try {
    return plannedStage(cli, options);
  } catch (error) {
    if (error instanceof CliError) throw error;
    return fail("settings", error instanceof Error ? error.message : String(error), "docs/settings.md lists them all.");
  }
}

async function checkAccount(target: StageTarget): Promise<Check> {
  const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const client = new STSClient(regionOf(target));
  try {
    const { Account, Arn } = await fromAws(
      () => client.send(new GetCallerIdentityCommand({})),
      "the caller's identity",
    );
    return ok("account", `${Account} in ${await client.config.region()}, as ${Arn}`);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const namesSetting = /AWS_(PROFILE|REGION)/.test(detail);
    return fail("account", detail, namesSetting ? undefined : "Set AWS_PROFILE or AWS_ACCESS_KEY_ID, and AWS_REGION.");
  }
}

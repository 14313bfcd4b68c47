/**
 * What `npm run deploy` would stumble over, asked of AWS before anything is changed: the settings, the account's quota,
 * the bootstrap of CDK, the region's services, secrets that the settings name, and what an earlier deployment left.
 *
 * @module
 */

import { familiesIn } from "../../contracts/families.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { parseSettings, settings } from "../../contracts/settings/settings.ts";
import { stageSettings } from "../../contracts/settings/stage.ts";
import type { Cli } from "../cli.ts";
import { type Check, fail, ok } from "../doctor/check.ts";
import { checkBootstrap } from "./checks/bootstrap.ts";
import { checkConcurrency, checkMemory } from "./checks/quotas.ts";
import { checkSecrets } from "./checks/secrets.ts";
import { checkStacks } from "./checks/stacks.ts";
import { checkVectors } from "./checks/vectors.ts";
import { fromAws, regionOf, type StageOptions, type StageTarget, stageTarget } from "./stage.ts";

/** What the checks work with. */
export interface Preflight {
  readonly target: StageTarget;
  readonly stage: ReturnType<typeof stageSettingsOf>;
  readonly settings: ReturnType<typeof settingsOf>;
  /** The queues that the stage will have. */
  readonly queues: readonly QueueDefinition[];
}

const stageSettingsOf = (env: Cli["env"]) => parseSettings(stageSettings, env);
const settingsOf = (env: Cli["env"]) => parseSettings(settings, env);

/** Checks whether a stage can be deployed with the settings and AWS credentials of the environment. Changes nothing. */
export async function* preflight(cli: Cli, options: StageOptions): AsyncGenerator<Check> {
  const read = readSettings(cli, options);
  if ("verdict" in read) return yield read;
  yield ok("settings", `stage ${read.target.stage}, ${read.queues.length} queues`);
  const account = await checkAccount(read.target);
  yield account;
  if (account.verdict === "FAIL") return;
  for (const check of [checkConcurrency, checkMemory, checkBootstrap, checkVectors, checkSecrets, checkStacks]) {
    yield* await check(read);
  }
}

function readSettings(cli: Cli, options: StageOptions): Preflight | Check {
  const target = stageTarget(cli, options);
  try {
    const env = { ...cli.env, SLUICE_STAGE: target.stage };
    const stage = stageSettingsOf(env);
    const families = familiesIn(stage.SLUICE_FAMILIES);
    const queues = cli.catalog.queues.filter(({ family }) => families.has(family));
    return { target, stage, settings: settingsOf(env), queues };
  } catch (error) {
    return fail("settings", error instanceof Error ? error.message : String(error), "docs/settings.md lists them all.");
  }
}

async function checkAccount(target: StageTarget): Promise<Check> {
  const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const client = new STSClient(regionOf(target));
  try {
    const region = await client.config.region();
    const { Account, Arn } = await fromAws(
      () => client.send(new GetCallerIdentityCommand({})),
      "the caller's identity",
    );
    return ok("account", `${Account} in ${region}, as ${Arn}`);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return fail("account", detail, "Set AWS_PROFILE or AWS_ACCESS_KEY_ID, and AWS_REGION.");
  }
}

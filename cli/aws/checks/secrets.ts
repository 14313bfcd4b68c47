import { isParameter } from "../../../contracts/settings/key-reference.ts";
import { type Check, fail, ok } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";
import { regionOf, type StageTarget } from "../stage.ts";
import { nameOf, unanswered } from "./unanswered.ts";

/** Whether the secrets and parameters that the settings name are there. Their values are not read. */
export async function checkSecrets({ target, settings }: PlannedStage): Promise<Check[]> {
  const named = Object.entries(settings).flatMap(([setting, value]) =>
    setting.endsWith("_SECRET") && typeof value === "string" ? [{ setting, reference: value }] : [],
  );
  return Promise.all(named.map(({ setting, reference }) => checkSecret(target, setting, reference)));
}

async function checkSecret(target: StageTarget, setting: string, reference: string): Promise<Check> {
  const name = `secret of ${setting}`;
  try {
    await (isParameter(reference) ? findParameter(target, reference) : findSecret(target, reference));
    return ok(name, reference);
  } catch (error) {
    if (!/NotFound/.test(nameOf(error))) return unanswered(name, error);
    const what = isParameter(reference) ? "SSM parameter" : "secret in Secrets Manager";
    return fail(
      name,
      `there is no ${what} ${reference}`,
      `Create it in this account and region, or change ${setting}.`,
    );
  }
}

async function findParameter(target: StageTarget, Name: string): Promise<void> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  // Without decryption, so that the value is not shown to this program.
  await new SSMClient(regionOf(target)).send(new GetParameterCommand({ Name, WithDecryption: false }));
}

async function findSecret(target: StageTarget, SecretId: string): Promise<void> {
  const { DescribeSecretCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  await new SecretsManagerClient(regionOf(target)).send(new DescribeSecretCommand({ SecretId }));
}

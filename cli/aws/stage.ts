/**
 * A deployed stage, for the few commands that need AWS itself. The AWS SDK is loaded only by them.
 *
 * @module
 */

import type { Cli } from "../cli.ts";
import { currentProfile } from "../connection/profiles.ts";
import { CliError, usage } from "../exit-codes.ts";

/** How a command names a deployed stage. */
export interface StageOptions {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  /** Whether settings of `.env` count, where a stage is planned. @default true */
  readonly dotenv?: boolean | undefined;
}

/** A deployed stage and the region it is in. */
export interface StageTarget {
  readonly stage: string;
  /** undefined: where the AWS SDK finds it. */
  readonly region: string | undefined;
}

/** The stage that the options, the profile or the environment name. */
export function stageTarget(cli: Cli, options: StageOptions): StageTarget {
  const { env } = cli;
  const profile = currentProfile(cli.options.profile, env);
  const stage = options.stage ?? profile?.stage ?? (env.SLUICE_STAGE || "dev");
  if (!/^[a-z][a-z0-9]{0,15}$/.test(stage)) throw usage(`--stage ${stage}: must be lower-case letters and digits.`);
  return {
    stage,
    region: options.region ?? profile?.region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined),
  };
}

/** The stacks of a stage, each after those that it refers to. */
export const stackNames = ["storage", "tasks", "api", "observability"] as const;

/** The name of one of the stage's stacks. */
export const stackName = ({ stage }: StageTarget, stack: string): string => `sluice-${stage}-${stack}`;

/** The `region` option of an AWS client, left out when none is given. */
export const regionOf = ({ region }: StageTarget) => (region === undefined ? {} : { region });

/** There is no such resource in the account and region. */
export const missing = (what: string, options?: ErrorOptions): CliError =>
  new CliError("missing", `There is no ${what} in this account and region. Is the stage right, and deployed?`, options);

/**
 * Calls AWS, and explains an error in one line.
 * @param what the resource that is asked for
 * @throws CliError
 */
export async function fromAws<T>(call: () => Promise<T>, what: string): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const options = { cause: error };
    if (/does not exist|ResourceNotFound/.test(`${name} ${message}`)) throw missing(what, options);
    if (name === "CredentialsProviderError") {
      throw new CliError("unreachable", "There are no AWS credentials. Set AWS_PROFILE or AWS_ACCESS_KEY_ID.", options);
    }
    if (/Region is missing/.test(message)) throw usage("No AWS region is set. Give --region or AWS_REGION.");
    throw new CliError("unreachable", `AWS refused ${what}: ${name}: ${message || "no answer"}`, options);
  }
}

/**
 * Who may sign jobs of tasks that need an admin key, and who may check such signatures.
 *
 * @module
 */

import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { QueueDefinition } from "../../contracts/queues.ts";
import type { Storage } from "../storage.ts";

/** The environment variable by which functions find the key. */
const VARIABLE = "SLUICE_SIGNING_KEY";

const actions = { sign: "kms:GenerateMac", verify: "kms:VerifyMac" } as const;

/** Signs jobs, or checks their signatures; who may check cannot sign. */
export function grantSigning(to: LambdaFunction, { signingKey }: Storage, purpose: keyof typeof actions): void {
  to.addToRolePolicy(new PolicyStatement({ actions: [actions[purpose]], resources: [signingKey.keyArn] }));
  to.addEnvironment(VARIABLE, signingKey.keyArn);
}

/** True when a task of the queue needs an admin key. */
export const runsAdminTasks = ({ tasks }: Pick<QueueDefinition, "tasks">): boolean =>
  tasks.some(({ scope }) => scope === "admin");

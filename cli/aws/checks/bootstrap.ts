import { type Check, fail, ok } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";
import { regionOf } from "../stage.ts";
import { nameOf, unanswered } from "./unanswered.ts";

/** Where CDK's bootstrap stack says its version. */
const VERSION_PARAMETER = "/cdk-bootstrap/hnb659fds/version";
/** What the stacks of aws-cdk-lib 2 ask for (rule CheckBootstrapVersion of each template). */
const LEAST_VERSION = 6;

/** Whether `cdk bootstrap` has been run in the account and region, and lately enough. */
export async function checkBootstrap({ target }: PlannedStage): Promise<Check[]> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  try {
    const { Parameter } = await new SSMClient(regionOf(target)).send(
      new GetParameterCommand({ Name: VERSION_PARAMETER }),
    );
    const version = Number(Parameter?.Value);
    if (version >= LEAST_VERSION) return [ok("bootstrap", `version ${version}`)];
    return [fail("bootstrap", `version ${Parameter?.Value} is older than ${LEAST_VERSION}`, "Run: npx cdk bootstrap")];
  } catch (error) {
    if (nameOf(error) !== "ParameterNotFound") return [unanswered("bootstrap", error)];
    return [fail("bootstrap", "CDK has not been bootstrapped in this account and region", "Run: npx cdk bootstrap")];
  }
}

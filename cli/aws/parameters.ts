import { llmProviderPrefix, webhookSecretPrefix } from "../../contracts/resources.ts";
import { fromAws, regionOf, type StageTarget } from "./stage.ts";

/** As many as one call deletes. */
const A_CALL = 10;

/**
 * Names of the parameters that a stage's API has written, and that no stack has: secrets of webhooks, keys of providers of models.
 * @throws CliError when AWS does not answer
 */
export async function stageParameters(target: StageTarget): Promise<string[]> {
  const { paginateGetParametersByPath, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(regionOf(target));
  const names: string[] = [];
  await fromAws(async () => {
    for (const Path of [webhookSecretPrefix(target.stage), llmProviderPrefix(target.stage)]) {
      for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, { Path, Recursive: true }))
        for (const { Name } of Parameters) if (Name !== undefined) names.push(Name);
    }
  }, "the stage's parameters");
  return names;
}

/** Deletes parameters; those that are gone are no error. @throws CliError when AWS does not answer */
export async function deleteParameters(target: StageTarget, names: readonly string[]): Promise<void> {
  const { DeleteParametersCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(regionOf(target));
  for (let start = 0; start < names.length; start += A_CALL) {
    const Names = names.slice(start, start + A_CALL);
    await fromAws(() => client.send(new DeleteParametersCommand({ Names })), "the stage's parameters");
  }
}

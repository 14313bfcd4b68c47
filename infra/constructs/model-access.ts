/**
 * Permissions to call models, and to read the keys of their servers.
 *
 * @module
 */

import { Fn, Stack } from "aws-cdk-lib";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { llmProviderPrefix } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";
import { allow, type GrantPlace, grantSecret } from "./access.ts";

/** Calls the language model that the settings name, and those of the providers that an admin defines. */
export function grantLanguageModel(to: IGrantable, scope: Construct, config: StageConfig): void {
  const { settings } = config;
  const { LLM_BACKEND: backend, LLM_MODEL: model, LLM_API_KEY_SECRET: secret } = settings;
  grantModel(to, scope, { backend, model, secret });
  grantProviders(to, { scope, config }, ["read"]);
  const models = config.bedrockModels.flatMap((each) => bedrockModels(Stack.of(scope), each));
  if (models.length > 0) allow(to, ["bedrock:InvokeModel"], models);
  grantSecondModel(to, scope, settings);
}

const providerActions = {
  read: "ssm:GetParameter",
  list: "ssm:GetParametersByPath",
  write: "ssm:PutParameter",
  delete: "ssm:DeleteParameter",
} as const;

/**
 * Reads, lists or defines providers of language models: address and key of each are one parameter below the stage's prefix,
 * encrypted with AWS's own KMS key for SSM.
 */
export function grantProviders(
  to: IGrantable,
  { scope, config }: GrantPlace,
  purposes: readonly (keyof typeof providerActions)[],
): void {
  const { stage } = config;
  const path = llmProviderPrefix(stage).slice(1);
  const arnOf = (resourceName: string) =>
    Stack.of(scope).formatArn({ service: "ssm", resource: "parameter", resourceName });
  const onEach = purposes.filter((purpose) => purpose !== "list").map((purpose) => providerActions[purpose]);
  if (onEach.length > 0) allow(to, onEach, [arnOf(`${path}*`)]);
  // A list is of the path itself, which may be written with a slash.
  if (purposes.includes("list")) allow(to, [providerActions.list], [arnOf(path.replace(/\/$/, "")), arnOf(`${path}*`)]);
}

/** Calls the language model that takes over from the first, where there is one. */
function grantSecondModel(to: IGrantable, scope: Construct, settings: StageConfig["settings"]): void {
  const { LLM_FALLBACK_BACKEND: backend, LLM_FALLBACK_MODEL: model, LLM_FALLBACK_API_KEY_SECRET: secret } = settings;
  if (backend !== undefined) grantModel(to, scope, { backend, model, secret });
}

/** Calls the embedding model that the settings name. */
export function grantEmbeddings(to: IGrantable, scope: Construct, { settings }: StageConfig): void {
  const { EMBEDDING_BACKEND: backend, EMBEDDING_MODEL: model, EMBEDDING_API_KEY_SECRET: secret } = settings;
  grantModel(to, scope, { backend, model, secret });
}

/** A model server as the settings name it. */
interface ModelSettings {
  readonly backend: string;
  readonly model: string | undefined;
  /** Name or ARN of the secret that holds the server's key. */
  readonly secret: string | undefined;
}

/** Calls the configured Bedrock model, and reads the key of the configured model server. */
function grantModel(to: IGrantable, scope: Construct, { backend, model, secret }: ModelSettings): void {
  if (secret !== undefined) grantSecret(to, scope, secret);
  if (backend === "bedrock" && model !== undefined) {
    allow(to, ["bedrock:InvokeModel"], bedrockModels(Stack.of(scope), model));
  }
}

/** Regions that a cross-region inference profile spans: `us.`, `eu.`, `apac.`, `global.` before the model's id. */
const PROFILE = /^(?:us|us-gov|eu|apac|global|jp|au)\.(.+)$/;

function bedrockModels(stack: Stack, model: string): string[] {
  if (model.startsWith("arn:")) return [model];
  const foundation = (region: string, id: string) =>
    Fn.join("", ["arn:", stack.partition, `:bedrock:${region}::foundation-model/${id}`]);
  const base = PROFILE.exec(model)?.[1];
  if (base === undefined) return [foundation(stack.region, model)];
  // A profile calls the model in whichever of its regions has room.
  const profile = stack.formatArn({ service: "bedrock", resource: "inference-profile", resourceName: model });
  return [profile, foundation("*", base)];
}

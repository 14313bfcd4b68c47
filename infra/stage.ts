import { Tags } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { QueueDefinition } from "../contracts/queues.ts";
import { bundledLanguages } from "../contracts/settings/ocr.ts";
import { stageQueues } from "../contracts/stage-queues.ts";
import { acceptFindings } from "./accepted-findings.ts";
import { bundleFolder, functionFolder } from "./bundle.ts";
import { checkConfig, type StageConfig } from "./config.ts";
import { ApiStack } from "./stacks/api-stack.ts";
import { ObservabilityStack } from "./stacks/observability-stack.ts";
import { StorageStack } from "./stacks/storage-stack.ts";
import { TasksStack } from "./stacks/tasks-stack.ts";

/** What a stage is built from. */
export interface StageOptions {
  readonly config: StageConfig;
  /** The queues of the catalog; those of families that the stage does without are not made. */
  readonly queues: readonly QueueDefinition[];
  /** Code of a function by its name; the bundles, unless a test needs none. */
  readonly code?: (functionName: string) => Code;
}

/** The stacks of a stage. */
export interface Stage {
  readonly storage: StorageStack;
  readonly tasks: TasksStack;
  readonly api: ApiStack;
  readonly observability: ObservabilityStack;
}

/**
 * Adds the stacks of one stage to an app, or to a construct of one. They name no account and no region: they deploy to the credentials' own.
 * @throws Error when the settings contradict each other or the account's quota
 */
export function addStage(scope: Construct, options: StageOptions): Stage {
  const { config } = options;
  const queues = stageQueues(options.queues, config);
  const bundles = bundleFolder(bundledLanguages(config.settings));
  const { code = (name) => Code.fromAsset(functionFolder(name, bundles)) } = options;
  checkConfig(config, queues);
  const id = (name: string) => `sluice-${config.stage}-${name}`;
  // By name too: below another construct, a stack's name would be that of its whole path.
  const named = (name: string) => ({ config, stackName: id(name), terminationProtection: config.protectData });
  const storage = new StorageStack(scope, id("storage"), named("storage"));
  const tasks = new TasksStack(scope, id("tasks"), { ...named("tasks"), queues, storage, code });
  const api = new ApiStack(scope, id("api"), { ...named("api"), queues, storage, tasks, code });
  const observability = new ObservabilityStack(scope, id("observability"), { ...named("observability"), queues, api });
  acceptFindings({ storage, tasks, api, observability }, config);
  Tags.of(scope).add("sluice:stage", config.stage);
  return { storage, tasks, api, observability };
}

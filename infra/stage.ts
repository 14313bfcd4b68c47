import { type App, Tags } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { QueueDefinition } from "../contracts/queues.ts";
import { bundledLanguages } from "../contracts/settings/ocr.ts";
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
 * Adds the stacks of one stage to an app. They name no account and no region: they deploy to the credentials' own.
 * @throws Error when the settings contradict each other or the account's quota
 */
export function addStage(app: App, options: StageOptions): Stage {
  const { config } = options;
  const queues = options.queues.filter(({ family }) => config.families.has(family));
  const bundles = bundleFolder(bundledLanguages(config.settings));
  const { code = (name) => Code.fromAsset(functionFolder(name, bundles)) } = options;
  checkConfig(config, queues);
  const id = (name: string) => `sluice-${config.stage}-${name}`;
  const protection = { terminationProtection: config.protectData };
  const storage = new StorageStack(app, id("storage"), { config, ...protection });
  const tasks = new TasksStack(app, id("tasks"), { config, queues, storage, code });
  const api = new ApiStack(app, id("api"), { config, queues, storage, tasks, code });
  const observability = new ObservabilityStack(app, id("observability"), { config, queues, api });
  acceptFindings({ storage, tasks, api, observability }, config);
  Tags.of(app).add("sluice:stage", config.stage);
  return { storage, tasks, api, observability };
}

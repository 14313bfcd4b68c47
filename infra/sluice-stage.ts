/**
 * Sluice in a CDK app of your own, with tasks from your own repository.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Code } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import cdk from "../cdk.json" with { type: "json" };
import { catalog as standardCatalog } from "../contracts/catalog.ts";
import type { Catalog, TaskRecord } from "../contracts/define-catalog.ts";
import type { QueueDefinition } from "../contracts/queues.ts";
import { bundledLanguages } from "../contracts/settings/ocr.ts";
import { stageQueues } from "../contracts/stage-queues.ts";
import { functionFolder } from "./bundle.ts";
import type { OwnAppRequest } from "./bundle-own-app.ts";
import { readConfig, type StageConfig } from "./config.ts";
import { root, sourceFile } from "./source-files.ts";
import type { ApiStack } from "./stacks/api-stack.ts";
import type { ObservabilityStack } from "./stacks/observability-stack.ts";
import type { StorageStack } from "./stacks/storage-stack.ts";
import type { TasksStack } from "./stacks/tasks-stack.ts";
import { addStage, type Stage } from "./stage.ts";

/** What a stage in an app of your own is made of. */
export interface SluiceStageProps {
  /** The tasks: `defineCatalog({ ...standardTasks, your_task })`. */
  readonly catalog: Catalog;
  /**
   * The module that exports this catalog as `catalog` and the code of your tasks as `handlers`: a file URL, such as
   * `import.meta.resolve("../sluice/app.ts")`, or a path from the working directory. The functions' bundles import it.
   */
  readonly entry: string | URL;
  /** The stage's name: up to 16 lower-case letters and digits. @default SLUICE_STAGE of the environment, else `dev` */
  readonly stage?: string;
  /** Settings by their names in docs/settings.md. The environment wins. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Code of a function by its name, for a test that examines the template alone. @default bundles of the entry */
  readonly code?: (functionName: string) => Code;
}

/** The stacks of one stage of Sluice, in a CDK app or a CDK stage of your own. */
export class SluiceStage extends Construct implements Stage {
  readonly config: StageConfig;
  readonly storage: StorageStack;
  readonly tasks: TasksStack;
  readonly api: ApiStack;
  readonly observability: ObservabilityStack;

  /** @throws Error when a setting does not fit, the entry is not there or does not compile */
  constructor(scope: Construct, id: string, { catalog, entry, stage, settings, code }: SluiceStageProps) {
    super(scope, id);
    // The stacks are written for these feature flags; those of the app itself do not reach them.
    for (const [flag, value] of Object.entries(cdk.context)) this.node.setContext(flag, value);
    const environment = Object.entries(process.env).filter(([, value]) => value !== "");
    const named = stage === undefined ? {} : { SLUICE_STAGE: stage };
    this.config = readConfig({ ...settings, ...Object.fromEntries(environment), ...named });
    const queues = stageQueues(catalog.queues, this.config);
    const own = Object.keys(catalog.tasks).filter((name) => standard[name] !== catalog.tasks[name]);
    const languages = bundledLanguages(this.config.settings);
    const bundled = code ?? bundlesOf(queues, { entry, own: new Set(own), languages });
    const stacks = addStage(this, { config: this.config, queues, code: bundled });
    this.storage = stacks.storage;
    this.tasks = stacks.tasks;
    this.api = stacks.api;
    this.observability = stacks.observability;
  }
}

interface OwnBundles {
  readonly entry: string | URL;
  /** Names of the application's own tasks. */
  readonly own: ReadonlySet<string>;
  readonly languages: string[];
}

/** Bundles every function. @throws Error with what esbuild says */
function bundlesOf(
  queues: readonly QueueDefinition[],
  { entry, own, languages }: OwnBundles,
): (functionName: string) => Code {
  const given = String(entry).startsWith("file:") ? fileURLToPath(entry) : resolve(String(entry));
  if (!existsSync(given)) throw new Error(`The entry of the stage's tasks is not there: ${given}`);
  // As esbuild names it.
  const path = realpathSync(given);
  const id = createHash("sha256")
    .update(JSON.stringify([path, languages]))
    .digest("hex")
    .slice(0, 12);
  const request: OwnAppRequest = {
    queues: queues.map(({ name, uses, tasks }) => ({
      name,
      uses: [...uses],
      tasks: tasks.map((task) => ({ name: task.name, scheduled: task.schedule !== undefined })),
    })),
    app: { entry: path, tasks: ownTasks(queues, own) },
    outdir: resolve(".sluice/functions", id),
    languages,
  };
  const { status, stderr } = spawnSync(process.execPath, [join(root, sourceFile("infra/bundle-own-app.ts"))], {
    input: JSON.stringify(request),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The functions of ${path} cannot be bundled:\n${stderr.trim()}`);
  return (name) => Code.fromAsset(functionFolder(name, request.outdir));
}

const standard: TaskRecord = standardCatalog.tasks;

/** The application's own tasks by queue. */
function ownTasks(queues: readonly QueueDefinition[], own: ReadonlySet<string>): Record<string, string[]> {
  const byQueue = queues.map(
    ({ name, tasks }) => [name, tasks.map((task) => task.name).filter((task) => own.has(task))] as const,
  );
  return Object.fromEntries(byQueue.filter(([, tasks]) => tasks.length > 0));
}

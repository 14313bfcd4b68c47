/**
 * What each capability that a task names under `uses` brings to its queue's function. A capability without an entry does
 * not compile.
 *
 * @module
 */

import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Capability } from "../contracts/define-task.ts";
import { deadLetterName } from "../contracts/jobs/lanes.ts";
import type { QueueDefinition } from "../contracts/queues.ts";
import { embeddingLimitSettings, limitSettings } from "../contracts/settings/limits.ts";
import { llmFallbackSettings, llmSettings } from "../contracts/settings/llm.ts";
import { ocrSettings } from "../contracts/settings/ocr.ts";
import { parseSettings } from "../contracts/settings/parse-settings.ts";
import { settings } from "../contracts/settings/settings.ts";
import { taskSettings } from "../contracts/settings/tasks.ts";
import { embeddingSettings } from "../contracts/settings/vectors.ts";
import { webhookSettings } from "../contracts/settings/webhooks.ts";
import { documentFiles, type FunctionAssets, fontFiles } from "./assets.ts";
import type { StageConfig } from "./config.ts";
import {
  grantFileList,
  grantFiles,
  grantPublish,
  grantQueues,
  grantRecognition,
  grantSecret,
  grantVectors,
  grantWebhookSecrets,
} from "./constructs/access.ts";
import { escalationTopicArn } from "./constructs/escalation-topic.ts";
import { grantEmbeddings, grantLanguageModel } from "./constructs/model-access.ts";
import type { Subject } from "./constructs/table-access.ts";
import { laneNames, searchEnvironment, settingsEnvironment } from "./environment.ts";
import type { Storage } from "./storage.ts";

/** Where a capability's permissions are granted. */
export interface GrantScope {
  readonly scope: Construct;
  readonly config: StageConfig;
  readonly storage: Storage;
  /** All queues of the stage. */
  readonly queues: readonly QueueDefinition[];
}

interface CapabilityEntry {
  /** The settings that the function reads, as environment variables. */
  readonly environment: (config: StageConfig) => Record<string, string>;
  /** Files that lie beside the function's code. */
  readonly assets: (languages: readonly string[]) => readonly FunctionAssets[];
  /** Permissions beside those that every queue's function has: jobs, and their large inputs and results. */
  readonly grant: (to: IGrantable, stage: GrantScope) => void;
  /** What its code works with in the table, beside jobs. */
  readonly subjects: readonly Subject[];
  /** Work that takes long or must not share an invocation's fate with other jobs: one message at a time. */
  readonly runsAlone: boolean;
}

const none = {
  environment: () => ({}),
  assets: () => [],
  grant: () => {},
  subjects: [],
  runsAlone: false,
} satisfies CapabilityEntry;

const capabilities: Readonly<Record<Capability, CapabilityEntry>> = {
  llm: {
    ...none,
    environment: (config) =>
      settingsEnvironment(
        config,
        Object.keys({ ...llmSettings.shape, ...llmFallbackSettings.shape, ...limitSettings.shape }),
      ),
    grant: (to, { scope, config }) => grantLanguageModel(to, scope, config),
    subjects: ["languageModel"],
    runsAlone: true,
  },
  embeddings: {
    ...none,
    environment: (config) =>
      settingsEnvironment(config, Object.keys({ ...embeddingSettings.shape, ...embeddingLimitSettings.shape })),
    grant: (to, { scope, config }) => grantEmbeddings(to, scope, config),
    subjects: ["embeddings"],
    runsAlone: true,
  },
  vectors: {
    ...none,
    environment: searchEnvironment,
    grant: (to, { scope, config }) => grantVectors(to, { scope, config }, ["search", "write"]),
    subjects: ["projects"],
  },
  documents: {
    environment: (config) => settingsEnvironment(config, Object.keys(ocrSettings.shape)),
    assets: (languages) => [documentFiles(languages)],
    grant(to, { config, storage }) {
      grantFiles(to, storage, { documents: ["read", "delete"] });
      grantFiles(to, storage, { texts: ["write", "delete"] });
      grantRecognition(to, config);
    },
    subjects: ["documents", "recognition"],
    runsAlone: true,
  },
  texts: {
    ...none,
    grant: (to, { storage }) => grantFiles(to, storage, { texts: ["read"] }),
    subjects: ["documents"],
  },
  files: {
    ...none,
    grant(to, { storage }) {
      grantFiles(to, storage, { blobs: ["delete"] });
      grantFiles(to, storage, { files: ["delete"] });
      grantFiles(to, storage, { documents: ["delete"] });
      grantFiles(to, storage, { texts: ["delete"] });
      grantFileList(to, storage, "blobs");
      grantFileList(to, storage, "files");
    },
    subjects: ["documents"],
  },
  // Setting a book keeps a processor busy.
  fonts: { ...none, assets: () => [fontFiles], runsAlone: true },
  "job-files": { ...none, grant: (to, { storage }) => grantFiles(to, storage, { files: ["write"] }) },
  webhooks: {
    ...none,
    environment: webhookEnvironment,
    grant: (to, { scope, config }) => grantWebhookSecrets(to, { scope, config }, ["read"]),
  },
  batches: {
    ...none,
    // Jobs of any task are submitted, followed and continued.
    grant: (to, { scope, config, queues }) =>
      grantQueues(to, { scope, config }, { names: queues.flatMap(laneNames), purposes: ["send"] }),
    runsAlone: true,
  },
  escalations: {
    ...none,
    environment(config) {
      const arn = escalationTopicArn(config);
      return arn === undefined ? {} : { ESCALATION_TOPIC_ARN: arn };
    },
    grant(to, { config }) {
      const arn = escalationTopicArn(config);
      if (arn !== undefined) grantPublish(to, arn);
    },
    subjects: ["escalations"],
  },
  queues: {
    ...none,
    grant(to, { scope, config, queues }) {
      const names = queues.flatMap((queue) => [...laneNames(queue), deadLetterName(queue.name)]);
      grantQueues(to, { scope, config }, { names: names, purposes: ["measure"] });
    },
  },
  "dead-letters": {
    ...none,
    grant(to, { scope, config, queues }) {
      const names = queues.map(({ name }) => deadLetterName(name));
      grantQueues(to, { scope, config }, { names: names, purposes: ["clear"] });
      // Failed jobs of any queue have their onFailure called by their own worker.
      grantQueues(to, { scope, config }, { names: queues.flatMap(laneNames), purposes: ["send"] });
    },
  },
};

/** Where callbacks may go, and where the API is reached from outside. */
function webhookEnvironment(config: StageConfig): Record<string, string> {
  const publicUrl = config.publicUrl === undefined ? {} : { SLUICE_PUBLIC_URL: config.publicUrl };
  return { ...settingsEnvironment(config, Object.keys(webhookSettings.shape)), ...publicUrl };
}

const entriesOf = ({ uses }: Pick<QueueDefinition, "uses">): CapabilityEntry[] =>
  [...uses].map((name) => capabilities[name]);

/** The settings that a queue's function reads: every task's, and those of what its tasks use. */
export const queueEnvironment = (config: StageConfig, queue: QueueDefinition): Record<string, string> =>
  Object.assign(
    ownEnvironment(config, queue),
    settingsEnvironment(config, Object.keys(taskSettings.shape)),
    ...entriesOf(queue).map(({ environment }) => environment(config)),
  );

/**
 * The settings that a queue's tasks declare for themselves, as they were given.
 * @throws Error that names the task, when one does not fit or has the name of another setting
 */
function ownEnvironment({ env }: StageConfig, { tasks }: QueueDefinition): Record<string, string> {
  const entries = tasks.flatMap(({ name, settings: own }) => {
    if (!own) return [];
    const names = Object.keys(own.shape);
    const taken = names.find((each) => each in settings.shape);
    if (taken !== undefined)
      throw new Error(`Task ${name} cannot have a setting ${taken}: Sluice has one of that name.`);
    try {
      parseSettings(own, env);
    } catch (cause) {
      throw new Error(`Task ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    return names.map((each) => [each, env[each]] as const).filter(([, value]) => value !== undefined);
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Grants a queue's function what its tasks use. */
export function grantUses(to: IGrantable, queue: QueueDefinition, stage: GrantScope): void {
  for (const { grant } of entriesOf(queue)) grant(to, stage);
  const secrets = new Set(queue.tasks.flatMap((task) => task.secrets ?? []));
  for (const name of secrets) {
    const reference = stage.config.env[name];
    if (reference) grantSecret(to, stage.scope, reference);
  }
}

/** What a queue's tasks work with in the table, beside jobs. */
export function subjectsOf(queue: QueueDefinition): Subject[] {
  const { uses } = queue;
  // Any task's code may report tokens; where files of strangers are opened, one that does has to name "llm" or "embeddings" as well.
  const mayReport = !uses.has("documents") || uses.has("llm") || uses.has("embeddings");
  return [...entriesOf(queue).flatMap(({ subjects }) => subjects), ...(mayReport ? (["tokens"] as const) : [])];
}

/** Messages that a queue's function gets at once. */
export const batchSize = (queue: QueueDefinition): number =>
  queue.retry === "critical" || entriesOf(queue).some(({ runsAlone }) => runsAlone) ? 1 : 10;

/**
 * The files that lie beside a queue's function.
 * @param languages that recognition is to know, in Tesseract's codes
 * @throws Error that says what to install when a language's data is not there
 */
export const queueAssets = (queue: Pick<QueueDefinition, "uses">, languages: readonly string[]): FunctionAssets[] =>
  entriesOf(queue).flatMap(({ assets }) => assets(languages));

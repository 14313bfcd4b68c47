/**
 * Names that stacks and functions agree on without a reference between them.
 *
 * @module
 */

import { ArnFormat, Fn, Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { z } from "zod";
import { laneName } from "../contracts/jobs/lanes.ts";
import type { QueueDefinition } from "../contracts/queues.ts";
import { physicalName, type resourceEnv } from "../contracts/resources.ts";
import { settings } from "../contracts/settings/settings.ts";
import { stageSettings } from "../contracts/settings/stage.ts";
import { embeddingSettings, vectorSettings } from "../contracts/settings/vectors.ts";
import type { StageConfig } from "./config.ts";
import type { Storage } from "./storage.ts";

/** A queue's lanes by name without the stage. */
export const laneNames = (queue: QueueDefinition): string[] => queue.lanes.map((lane) => laneName(queue.name, lane));

/**
 * The ARN of one of the stage's queues, made from its name. A reference across stacks would be an export, and an
 * export that is in use keeps a queue from being taken out of the catalog.
 */
export const queueArn = (scope: IConstruct, config: StageConfig, name: string): string =>
  Stack.of(scope).formatArn({
    service: "sqs",
    resource: physicalName(config.stage, name),
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  });

/** What the URLs of all the stage's queues start with, taken from one of them. */
export const queueUrlPrefix = (queueUrl: string, name: string): string => Fn.select(0, Fn.split(name, queueUrl));

/** The environment of a function that uses the stage's resources. */
export function resourceEnvironment(config: StageConfig, storage: Storage, urlPrefix: string) {
  return {
    SLUICE_STAGE: config.stage,
    SLUICE_FAMILIES: [...config.families].join(","),
    ...(config.size !== "full" && { SLUICE_SIZE: config.size }),
    SLUICE_TABLE: storage.table.tableName,
    SLUICE_BUCKET: storage.bucket.bucketName,
    SLUICE_QUEUE_URL_PREFIX: urlPrefix,
  } satisfies z.input<typeof resourceEnv>;
}

/** The S3 vector bucket: the stage's own, or the one that VECTOR_BUCKET names; undefined with another vector store. */
export function vectorBucketName({ stage, settings }: StageConfig): string | undefined {
  if (settings.VECTOR_STORE !== "s3vectors") return undefined;
  return settings.VECTOR_BUCKET ?? physicalName(stage, "vectors");
}

/** Settings of embeddings and of the vector store, for functions that search. */
export function searchEnvironment(config: StageConfig): Record<string, string> {
  const bucket = vectorBucketName(config);
  return {
    ...settingsEnvironment(config, Object.keys({ ...embeddingSettings.shape, ...vectorSettings.shape })),
    ...(bucket === undefined ? {} : { VECTOR_BUCKET: bucket }),
  };
}

/** Settings as environment variables; what is not set is left out. */
export function settingsEnvironment(config: StageConfig, names: readonly string[]): Record<string, string> {
  const wanted = new Set(names);
  const entries = Object.entries(config.settings).filter(([name, value]) => value !== undefined && wanted.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** A function's environment holds 4 KB in all. */
const LONGEST_OTHER_SETTING = 100;

/** Settings that were given and that the API does not read itself, as they were given: it shows them. Long ones are cut. */
export function otherSettings(
  { env }: StageConfig,
  {
    queues,
    environment,
  }: { readonly queues: readonly QueueDefinition[]; readonly environment: Readonly<Record<string, string>> },
): Record<string, string> {
  const ofTasks = queues.flatMap(({ tasks }) => tasks.map((task) => task.settings?.shape ?? {}));
  const names = Object.keys(Object.assign({}, settings.shape, stageSettings.shape, ...ofTasks));
  const given = names.map((name) => [name, environment[name] === undefined ? env[name] : undefined] as const);
  return Object.fromEntries(
    given.flatMap(([name, value]) => {
      if (value === undefined) return [];
      const shown = value.length > LONGEST_OTHER_SETTING ? `${value.slice(0, LONGEST_OTHER_SETTING - 1)}…` : value;
      return [[name, shown]];
    }),
  );
}

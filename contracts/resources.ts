import { z } from "zod";
import { familiesIn } from "./families.ts";
import { sizes } from "./sizes.ts";

/** What infra/ passes to the functions about the resources it made, by environment variable. */
export const resourceEnv = z.object({
  SLUICE_STAGE: z.string(),
  SLUICE_TABLE: z.string().describe("DynamoDB table of jobs."),
  SLUICE_BUCKET: z.string().describe("S3 bucket of large inputs, results and documents."),
  /** A queue's URL is this and its name without the stage, such as `summarize-high` or `summarize-dlq`. */
  SLUICE_QUEUE_URL_PREFIX: z.url(),
  SLUICE_FAMILIES: z
    .string()
    .default("all")
    .transform(familiesIn)
    .describe("The families of queues that the stage has, joined by commas."),
  SLUICE_SIZE: z.enum(sizes).default("full").describe("The stage's size: which queues its tasks are on."),
  SLUICE_SIGNING_KEY: z
    .string()
    .optional()
    .describe("ARN of the KMS key that signs jobs of admin tasks, where a function signs or verifies them."),
});

/** What infra/ passes to the API of settings that the API does not read itself, to show them. */
export const otherSettingsEnv = z.object({
  SLUICE_OTHER_SETTINGS: z
    .string()
    .default("{}")
    .transform((json) => z.record(z.string(), z.string()).parse(JSON.parse(json)))
    .describe("Those that were given, by name, as JSON."),
});

/** The names of a stage's resources, as a function's environment carries them. */
export type ResourceEnv = z.infer<typeof resourceEnv>;

/** What infra/ passes to the two functions that know API keys. */
export const keyTableEnv = z.object({ SLUICE_KEY_TABLE: z.string().describe("DynamoDB table of API keys.") });

/** The physical name of a queue or any other named resource: `sluice-<stage>-<name>`. */
export const physicalName = (stage: string, name: string): string => `sluice-${stage}-${name}`;

/** What the names of the stage's signing secrets begin with: SSM parameters, one for each tenant. */
export const webhookSecretPrefix = (stage: string): string => `/sluice/${stage}/webhooks/`;

/** The SSM parameter that holds a tenant's signing secrets. */
export const webhookSecretParameter = (stage: string, tenant: string): string => webhookSecretPrefix(stage) + tenant;

/** What the names of the stage's providers of language models begin with: SSM parameters, one for each. */
export const llmProviderPrefix = (stage: string): string => `/sluice/${stage}/llm/`;

/**
 * Prefixes of the bucket's keys: large inputs and results, files that tasks put, uploaded lists of batches, uploaded
 * documents and their texts, archived dead letters.
 */
export const bucketPrefix = {
  blobs: "blobs/",
  files: "files/",
  batches: "batches/",
  documents: "documents/",
  texts: "texts/",
  archive: "archive/",
} as const;

/** The table of API keys: one item for each, and all of them by creation in one index partition, as there are few. */
export const keyTable = {
  partitionKey: "key_id",
  ttl: "ttl",
  /** The hour of the last use: the one attribute that the authorizer writes. */
  lastUsed: "last_used_at",
  listIndex: { name: "list", partitionKey: "list", sortKey: "created" },
} as const;

/** The table's keys and indexes: infra/ makes them, the job store uses them. */
export const table = {
  partitionKey: "pk",
  sortKey: "sk",
  ttl: "ttl",
  /** Jobs of a project by creation: `P#<project>#<shard>`. */
  listIndex: {
    name: "list",
    partitionKey: "list_pk",
    sortKey: "list_sk",
    shards: 4,
    /** Attributes that never change, so that a job costs the index one write. */
    projection: ["task_name", "project_id", "batch_id"],
  },
  /** Sparse: jobs that the sweeper or an operator looks for, by time: `DUE#s`, `RUN#s`, `RETRY#s`, `DEAD#<queue>#s`. */
  workIndex: {
    name: "work",
    partitionKey: "work_pk",
    /** A number. */
    sortKey: "work_at",
    shards: 16,
    /** Short values that the sweeper and the monitoring routes read without fetching the record. */
    projection: [
      "task_name",
      "project_id",
      "queue",
      "lane",
      "worker",
      "status",
      "generation",
      "created_at",
      "started_at",
      "finished_at",
      "fingerprint",
    ],
  },
  /**
   * Sparse: what waits for its first run, of projects whose waiting jobs are bounded: `Q#<project>#<lane>#<shard>`. A
   * large batch counts for all its jobs until they are made.
   */
  queuedIndex: {
    name: "queued",
    partitionKey: "queued_pk",
    sortKey: "list_sk",
    shards: 4,
    projection: ["queued_jobs"],
  },
  /**
   * Sparse: what has no outcome yet, of projects whose open jobs are bounded over all lanes: `O#<project>#<shard>`. Large batches
   * as above. `finished_at` tells what a version has ended that did not know of the index, and left there.
   */
  openIndex: {
    name: "open",
    partitionKey: "open_pk",
    sortKey: "list_sk",
    shards: 4,
    projection: ["queued_jobs", "finished_at"],
  },
} as const;

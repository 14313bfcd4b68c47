/**
 * Who may do what with the tables of jobs and of API keys. A Scan is allowed of one index alone, to the API and the sweeper.
 *
 * @module
 */

import { Effect, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { earlierKeyPartitions } from "../../contracts/keys/earlier-api-keys.ts";
import { keyTable, table } from "../../contracts/resources.ts";
import type { KeyStorage, Storage } from "../storage.ts";

const readItems = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const writeItems = ["dynamodb:PutItem", "dynamodb:UpdateItem"];
const deleteItems = ["dynamodb:DeleteItem"];

const indexArns = ({ table: { tableArn } }: Storage): string[] =>
  [table.listIndex, table.workIndex, table.queuedIndex, table.openIndex].map(
    (index) => `${tableArn}/index/${index.name}`,
  );

const allow = (to: IGrantable, actions: readonly string[], resources: readonly string[]): void => {
  to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
};

function grantTable(to: IGrantable, storage: Storage, deletes: boolean): void {
  allow(to, [...readItems, ...writeItems, ...(deletes ? deleteItems : [])], [storage.table.tableArn]);
  allow(to, ["dynamodb:Query"], indexArns(storage));
}

/** Reads, writes and deletes jobs; makes, lists and revokes API keys, those of earlier versions among the jobs too. */
export function grantJobsAndKeys(to: IGrantable, storage: KeyStorage): void {
  grantTable(to, storage, true);
  const { tableArn } = storage.keyTable;
  allow(to, ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"], [tableArn]);
  allow(to, ["dynamodb:Query"], [`${tableArn}/index/${keyTable.listIndex.name}`]);
  grantWorkAtOnce(to, storage);
}

/** Reads the whole index of work: jobs that wait, run or have failed, by a few short attributes, and never a key (docs/decisions/0222). */
export const grantWorkAtOnce = (to: IGrantable, storage: Storage): void =>
  allow(to, ["dynamodb:Scan"], [`${storage.table.tableArn}/index/${table.workIndex.name}`]);

/**
 * Partitions of the table and its indexes that hold one subject, and that few functions touch. Those of jobs, batches, limits of
 * lanes and counts of runs are for every function that runs tasks.
 */
export const subjectPartitions = {
  schedules: ["SCHEDULE#*", "SCHEDULES#*"],
  escalations: ["ESCALATION#*", "ESCALATIONS#*"],
  llmConfigs: ["LLMCONFIG#*"],
  projects: ["PROJECT#*", "PROJECTS#*", "VECTORS#*"],
  documents: ["D#*", "DOC#*"],
  uploadQuotas: ["UPLOADED#*"],
  requestRates: ["REQUESTS#*"],
  waits: ["WAITS#*"],
  samples: ["SAMPLES", "RUNS"],
  notices: ["NOTICES"],
} as const;
/**
 * Partitions about the use of models. Every worker's code holds what writes them, and uses it where its tasks call a model: a
 * function without one must not open the breaker of all, or book tokens on a project.
 */
export const modelPartitions = {
  languageModel: ["BREAKER#*", "LIMIT#llm*"],
  embeddings: ["LIMIT#embeddings*"],
  recognition: ["LIMIT#ocr*", "RECOGNIZED#*"],
  tokens: ["USAGE#*", "EMBEDDED#*", "USAGECONFIG#*", "SPENDERS"],
} as const;
const partitionsOf = { ...subjectPartitions, ...modelPartitions };
/** One of {@link subjectPartitions} or {@link modelPartitions}. */
export type Subject = keyof typeof partitionsOf;

/** What a function may do with the table of jobs. */
interface JobAccess {
  /** Whether it deletes items too, such as documents or the state of a circuit breaker. */
  readonly deletes: boolean;
  /** The subjects that it works with, beside jobs. */
  readonly subjects: readonly Subject[];
}

/**
 * Reads and writes jobs and the subjects that are named, and cannot touch others, nor API keys: whoever takes over a function
 * that runs tasks, by way of a document say, must not be able to make himself a key or a schedule. Of keys, the Deny is for
 * those that earlier versions stored among the jobs.
 */
export function grantJobs(to: IGrantable, storage: Storage, { deletes, subjects }: JobAccess): void {
  grantTable(to, storage, deletes);
  const others = (Object.keys(partitionsOf) as Subject[]).filter((each) => !subjects.includes(each));
  const partitions = [
    `${earlierKeyPartitions.item}*`,
    earlierKeyPartitions.list,
    ...others.flatMap((each) => partitionsOf[each]),
  ];
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ["dynamodb:*"],
      resources: ["*"],
      conditions: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": partitions } },
    }),
  );
}

/** Looks an API key up by its hash and writes when it was last used; nothing else, and no other attribute. */
export function grantKeyLookup(to: IGrantable, storage: KeyStorage): void {
  allow(to, ["dynamodb:GetItem"], [storage.keyTable.tableArn]);
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["dynamodb:UpdateItem"],
      resources: [storage.keyTable.tableArn],
      conditions: {
        // With the attributes of conditions and of the item's key. An answer with the old item would show others.
        "ForAllValues:StringEquals": { "dynamodb:Attributes": [keyTable.partitionKey, keyTable.lastUsed] },
        StringEqualsIfExists: { "dynamodb:ReturnValues": ["NONE"] },
      },
    }),
  );
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["dynamodb:GetItem"],
      resources: [storage.table.tableArn],
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${earlierKeyPartitions.item}*`] } },
    }),
  );
}

/**
 * Who may do what with the tables of jobs and of API keys. A Scan is allowed of one index alone, to the API.
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
  [table.listIndex, table.workIndex, table.queuedIndex].map((index) => `${tableArn}/index/${index.name}`);

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
  allow(to, ["dynamodb:PutItem", "dynamodb:DeleteItem"], [tableArn]);
  allow(to, ["dynamodb:Query"], [`${tableArn}/index/${keyTable.listIndex.name}`]);
  // Of jobs that wait, run or have failed: a few short attributes, and never a key (docs/decisions/0222).
  allow(to, ["dynamodb:Scan"], [`${storage.table.tableArn}/index/${table.workIndex.name}`]);
}

/**
 * Reads and writes jobs, and cannot touch API keys: whoever takes over a function that runs tasks, by way of a document
 * say, must not be able to make himself a key. The Deny is for the keys that earlier versions stored among the jobs.
 * @param options.deletes whether it deletes items too, such as documents or the state of a circuit breaker
 */
export function grantJobs(to: IGrantable, storage: Storage, options: { readonly deletes: boolean }): void {
  grantTable(to, storage, options.deletes);
  const partitions = [`${earlierKeyPartitions.item}*`, earlierKeyPartitions.list];
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ["dynamodb:*"],
      resources: ["*"],
      conditions: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": partitions } },
    }),
  );
}

/** Looks an API key up by its hash, and nothing else. */
export function grantKeyLookup(to: IGrantable, storage: KeyStorage): void {
  allow(to, ["dynamodb:GetItem"], [storage.keyTable.tableArn]);
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["dynamodb:GetItem"],
      resources: [storage.table.tableArn],
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${earlierKeyPartitions.item}*`] } },
    }),
  );
}

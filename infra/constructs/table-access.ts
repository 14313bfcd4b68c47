/**
 * Who may do what with the table of jobs and API keys. Nothing here allows a Scan.
 *
 * @module
 */

import { Effect, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { apiKeyPartitions } from "../../contracts/keys/api-keys.ts";
import { table } from "../../contracts/resources.ts";
import type { Storage } from "../storage.ts";

const readItems = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const writeItems = ["dynamodb:PutItem", "dynamodb:UpdateItem"];
const deleteItems = ["dynamodb:DeleteItem"];

const indexArns = ({ table: { tableArn } }: Storage): string[] =>
  [table.listIndex, table.workIndex].map((index) => `${tableArn}/index/${index.name}`);

/** Reads, writes and deletes jobs and API keys: items of the table, and queries on its indexes. */
export function grantJobsAndKeys(to: IGrantable, storage: Storage): void {
  allowItems(to, storage, [...readItems, ...writeItems, ...deleteItems]);
}

function allowItems(to: IGrantable, storage: Storage, actions: readonly string[]): void {
  const items = new PolicyStatement({ actions: [...actions], resources: [storage.table.tableArn] });
  const indexes = new PolicyStatement({ actions: ["dynamodb:Query"], resources: indexArns(storage) });
  for (const statement of [items, indexes]) to.grantPrincipal.addToPrincipalPolicy(statement);
}

/**
 * Reads and writes jobs, and cannot touch API keys: whoever takes over a function that runs tasks, by way of a document
 * say, must not be able to make himself a key.
 * @param options.deletes whether it deletes items too, such as documents or the state of a circuit breaker
 */
export function grantJobs(to: IGrantable, storage: Storage, options: { readonly deletes: boolean }): void {
  allowItems(to, storage, [...readItems, ...writeItems, ...(options.deletes ? deleteItems : [])]);
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ["dynamodb:*"],
      resources: ["*"],
      conditions: {
        "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": [`${apiKeyPartitions.item}*`, apiKeyPartitions.list] },
      },
    }),
  );
}

/** Looks an API key up by its hash, and nothing else. */
export function grantKeyLookup(to: IGrantable, storage: Storage): void {
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["dynamodb:GetItem"],
      resources: [storage.table.tableArn],
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${apiKeyPartitions.item}*`] } },
    }),
  );
}
